/* global document, window, echarts, matchMedia, themeColor */
/* Draws the timeline of report.html: a lane for each node, one for errors, one for latency, on one axis of time. */
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const element = document.getElementById("timeline");
  // Many nodes get narrower lanes, so that the charts below stay near.
  const lane = data.lanes.length > 24 ? { height: 25, bar: 8, font: 10 } : { height: 36, bar: 13, font: 12 };
  const laneHeight = lane.height;
  const lanesHeight = Math.max(1, data.lanes.length) * laneHeight;
  const top = { lanes: 22, errors: 22 + lanesHeight + 44, latency: 22 + lanesHeight + 44 + 120 + 44 };
  const heights = { errors: 120, latency: 190 };
  element.style.height = `${top.latency + heights.latency + 66}px`;

  const color = themeColor;
  const clock = (ms) => {
    const s = Math.max(0, Math.round(ms / 1000));
    const two = (n) => String(n).padStart(2, "0");
    return s >= 3600
      ? `${Math.floor(s / 3600)}:${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`
      : `${Math.floor(s / 60)}:${two(s % 60)}`;
  };
  const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
  const chart = echarts.init(element, null, { renderer: "svg" });
  const end = data.endMs;
  // Steps in which people count time; a chart library's own are round numbers of milliseconds, as 8:20.
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400];
  const isNarrow = () => element.clientWidth < 560;
  const stepMs = (shownMs) => 1000 * (steps.find((s) => shownMs / 1000 / s <= (isNarrow() ? 4 : 8)) ?? 28800);
  const span = (from, to) => `${clock(from)} to ${clock(to)}`;

  const drawLane = (params, api) => {
    const [left, base] = api.coord([api.value(1), api.value(0)]);
    const [right] = api.coord([api.value(2), api.value(0)]);
    const clip = params.coordSys;
    const shape = echarts.graphic.clipRectByRect(
      { x: left, y: base, width: Math.max(2, right - left), height: lane.bar },
      { x: clip.x, y: clip.y, width: clip.width, height: clip.height },
    );
    return (
      shape && { type: "rect", shape: { ...shape, r: 2 }, style: { fill: color(data.bars[params.dataIndex].state) } }
    );
  };
  const drawName = (params, api) => ({
    type: "text",
    silent: true,
    x: params.coordSys.x + 2,
    y: api.coord([0, api.value(0)])[1] - lane.font - 3,
    style: {
      text: data.lanes[params.dataIndex] + (data.controlPlane[params.dataIndex] ? " (control plane)" : ""),
      fill: color("ink"),
      font: `${lane.font}px ui-monospace, Menlo, Consolas, monospace`,
    },
  });
  const drawMark = (params, api) => {
    const [x, y] = api.coord([api.value(1), api.value(0)]);
    const { coordSys } = params;
    if (x < coordSys.x || x > coordSys.x + coordSys.width) return null;
    const fill = color(data.marks[params.dataIndex].kind === "eviction-refused" ? "bad" : "ink");
    return {
      type: "polygon",
      shape: {
        points: [
          [x, y + 6],
          [x - 5, y - 3],
          [x + 5, y - 3],
        ],
      },
      style: { fill, stroke: color("card") },
    };
  };

  function options() {
    const ink = color("ink");
    const quiet = color("quiet");
    const line = color("line");
    const narrow = isNarrow();
    const left = 54;
    const right = narrow ? 10 : 18;
    const grid = (y, height) => ({ left, right, top: y, height, outerBoundsMode: "none" });
    const axis = (index, labels) => ({
      type: "value",
      gridIndex: index,
      min: 0,
      max: end,
      interval: stepMs(end),
      axisLabel: { show: labels, color: quiet, formatter: clock, hideOverlap: true },
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: labels },
      splitLine: { lineStyle: { color: line, opacity: 0.5 } },
      axisPointer: { show: index > 0, label: { show: false }, lineStyle: { color: quiet } },
    });
    const yAxis = (index, extra) => ({
      type: "value",
      gridIndex: index,
      min: 0,
      splitNumber: 3,
      axisLabel: { color: quiet, hideOverlap: true },
      splitLine: { lineStyle: { color: line, opacity: 0.5 } },
      ...extra,
    });
    const title = (text, y) => ({ text, left: 2, top: y, textStyle: { color: ink, fontSize: 13, fontWeight: 600 } });
    const bands = {
      silent: true,
      itemStyle: { color: color("bad"), opacity: 0.18 },
      data: data.outages.map(([from, to]) => [{ xAxis: from }, { xAxis: Math.max(to, from + end / 500) }]),
    };
    const warmup = {
      silent: true,
      itemStyle: { color: quiet, opacity: 0.12 },
      data: [[{ xAxis: 0 }, { xAxis: data.warmupMs }]],
    };
    const usual = {
      silent: true,
      symbol: "none",
      lineStyle: { color: color("baseline"), type: "dashed", width: 1 },
      label: { show: false },
      data: data.usualP99Ms === null ? [] : [{ yAxis: data.usualP99Ms }],
    };
    const series = (name, index, points, tone, more) => ({
      name,
      type: "line",
      xAxisIndex: index,
      yAxisIndex: index,
      data: points,
      showSymbol: false,
      step: index === 1 ? "end" : false,
      connectNulls: false,
      lineStyle: { color: tone, width: 1.6, ...(more && more.line) },
      itemStyle: { color: tone },
      ...(more && more.series),
    });
    return {
      animation: false,
      textStyle: { fontFamily: "system-ui, Segoe UI, Roboto, Arial, sans-serif" },
      title: [
        title("Nodes", 0),
        title("Failed requests a second", top.errors - 26),
        title("Latency, ms, logarithmic", top.latency - 26),
      ],
      grid: [grid(top.lanes, lanesHeight), grid(top.errors, heights.errors), grid(top.latency, heights.latency)],
      xAxis: [axis(0, false), axis(1, false), axis(2, true)],
      yAxis: [
        { type: "value", gridIndex: 0, min: 0, max: Math.max(1, data.lanes.length), inverse: true, show: false },
        yAxis(1, { minInterval: 1, max: (value) => Math.max(1, value.max) }),
        yAxis(2, { type: "log", min: undefined }),
      ],
      axisPointer: { link: [{ xAxisIndex: [1, 2] }] },
      dataZoom: [
        {
          type: "inside",
          xAxisIndex: [0, 1, 2],
          filterMode: "none",
          zoomOnMouseWheel: "ctrl",
          moveOnMouseWheel: false,
          preventDefaultMouseMove: false,
          minValueSpan: 2000,
        },
        {
          type: "slider",
          xAxisIndex: [0, 1, 2],
          filterMode: "none",
          bottom: 6,
          height: 22,
          left,
          right,
          showDetail: false,
          brushSelect: false,
          borderColor: line,
          textStyle: { color: quiet },
          minValueSpan: 2000,
        },
      ],
      tooltip: {
        trigger: "axis",
        confine: true,
        backgroundColor: color("card"),
        borderColor: line,
        textStyle: { color: ink, fontSize: 12 },
        formatter: (items) => {
          const list = [].concat(items);
          const rows = list
            .filter((item) => item.seriesType === "line" && item.value[1] !== null && item.value[1] !== undefined)
            .map((item) => {
              const unit = / p\d+$/.test(item.seriesName) ? " ms" : " a second";
              return `${item.marker}${escape(item.seriesName)}: ${item.value[1]}${unit}`;
            });
          return rows.length === 0 ? "" : `<b>${clock(list[0].axisValue)}</b><br>${rows.join("<br>")}`;
        },
      },
      series: [
        {
          name: "nodes",
          type: "custom",
          renderItem: drawLane,
          xAxisIndex: 0,
          yAxisIndex: 0,
          encode: { x: [1, 2], y: 0 },
          clip: true,
          data: data.bars.map((bar) => [bar.lane + 0.48, bar.from, bar.to]),
          tooltip: {
            trigger: "item",
            formatter: (item) => {
              const bar = data.bars[item.dataIndex];
              return `<b>${escape(data.lanes[bar.lane])}</b> ${escape(data.states[bar.state])}<br>${span(bar.from, bar.to)}<br>${escape(bar.message)}`;
            },
          },
          markArea: bands,
        },
        {
          name: "names",
          type: "custom",
          renderItem: drawName,
          xAxisIndex: 0,
          yAxisIndex: 0,
          silent: true,
          data: data.lanes.map((_, index) => [index + 0.48, 0]),
          encode: { x: 1, y: 0 },
          tooltip: { show: false },
        },
        {
          name: "marks",
          type: "custom",
          renderItem: drawMark,
          xAxisIndex: 0,
          yAxisIndex: 0,
          encode: { x: 1, y: 0 },
          data: data.marks.map((mark) => [mark.lane + 0.48, mark.at]),
          tooltip: {
            trigger: "item",
            formatter: (item) => {
              const mark = data.marks[item.dataIndex];
              return `<b>${clock(mark.at)}</b> ${escape(mark.message)}`;
            },
          },
        },
        series("baseline failed", 1, data.baseline.failed, color("baseline"), {
          line: { type: "dashed" },
          series: { markArea: warmup },
        }),
        series("upgrade failed", 1, data.upgrade.failed, color("bad"), {
          series: { areaStyle: { color: color("bad"), opacity: 0.25 }, markArea: bands },
        }),
        series("canary failed", 1, data.upgrade.canaryFailed, color("inconclusive"), { line: { type: "dotted" } }),
        series("baseline p50", 2, data.baseline.p50, color("baseline"), {
          line: { type: "dotted" },
          series: { markArea: warmup },
        }),
        series("baseline p99", 2, data.baseline.p99, color("baseline"), { series: { markLine: usual } }),
        series("upgrade p50", 2, data.upgrade.p50, color("upgrade"), { line: { type: "dotted" } }),
        series("upgrade p99", 2, data.upgrade.p99, color("upgrade"), { series: { markArea: bands } }),
      ],
    };
  }

  const draw = () => {
    const zoom = chart.getOption()?.dataZoom?.[0];
    chart.resize();
    chart.setOption(options(), true);
    if (zoom) chart.dispatchAction({ type: "dataZoom", start: zoom.start, end: zoom.end });
  };
  chart.on("datazoom", () => {
    const zoom = chart.getOption().dataZoom[0];
    const interval = stepMs(((zoom.end - zoom.start) / 100) * end);
    chart.setOption({ xAxis: [{ interval }, { interval }, { interval }] });
  });
  draw();
  window.addEventListener("resize", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  document.addEventListener("themechange", draw);

  const moves = { in: [0.25, -0.25], out: [-0.5, 0.5], left: [-0.25, -0.25], right: [0.25, 0.25], all: null };
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => {
      const zoom = chart.getOption().dataZoom[0];
      const width = zoom.end - zoom.start;
      const move = moves[button.dataset.zoom];
      let from = move === null ? 0 : zoom.start + move[0] * width;
      let to = move === null ? 100 : zoom.end + move[1] * width;
      // At an edge the view stops; it does not shrink.
      if (move !== null && move[0] === move[1])
        [from, to] = from < 0 ? [0, width] : to > 100 ? [100 - width, 100] : [from, to];
      chart.dispatchAction({ type: "dataZoom", start: Math.max(0, from), end: Math.min(100, to) });
    });
  }
})();
