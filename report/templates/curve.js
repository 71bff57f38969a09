/* global document, window, echarts, matchMedia, themeColor */
/* Draws what gentler rolls cost and buy: minutes of production's schedule against the longest interruption. */
(() => {
  const element = document.getElementById("curve");
  if (element === null) return;
  const { curve } = JSON.parse(document.getElementById("data").textContent);
  const chart = echarts.init(element, null, { renderer: "svg" });
  const seconds = (ms) => `${Number((ms / 1000).toFixed(2))} s`;

  function options() {
    const [ink, quiet, line] = ["ink", "quiet", "line"].map(themeColor);
    const axis = (name, extra) => ({
      type: "value",
      name,
      nameLocation: "middle",
      nameTextStyle: { color: quiet },
      axisLabel: { color: quiet, hideOverlap: true },
      splitLine: { lineStyle: { color: line, opacity: 0.5 } },
      ...extra,
    });
    return {
      animation: false,
      textStyle: { fontFamily: "system-ui, Segoe UI, Roboto, Arial, sans-serif" },
      grid: { left: 64, right: 40, top: 30, bottom: 46, outerBoundsMode: "none" },
      xAxis: axis("minutes of production's schedule", { nameGap: 28, scale: true, boundaryGap: ["10%", "25%"] }),
      yAxis: axis("longest interruption", {
        nameGap: 48,
        min: 0,
        axisLabel: { color: quiet, formatter: seconds },
      }),
      series: [
        {
          type: "line",
          lineStyle: { color: quiet, type: "dashed", width: 1.2 },
          data: curve.map((roll) => ({
            value: [roll.minutes, roll.interruptedMs],
            symbol: roll.chosen ? "diamond" : "circle",
            symbolSize: roll.chosen ? 16 : 9,
            itemStyle: { color: themeColor(roll.verdict.toLowerCase()) },
          })),
          labelLayout: { moveOverlap: "shiftY" },
          label: {
            show: true,
            position: "top",
            color: ink,
            formatter: ({ dataIndex }) => `${dataIndex + 1}. ${curve[dataIndex].verdict}`,
          },
        },
      ],
    };
  }

  const draw = () => {
    chart.resize();
    chart.setOption(options(), true);
  };
  draw();
  window.addEventListener("resize", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  document.addEventListener("themechange", draw);
})();
