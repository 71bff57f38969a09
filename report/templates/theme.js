/* global document, window, CustomEvent, getComputedStyle */
/* The switch between light and dark; without a choice the reader's system decides. Paper is always light. */

/** A colour of the theme as it is now. A custom property keeps light-dark() as it is written; only a real one tells it. */
window.themeColor = (name) => {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
};

(() => {
  const root = document.documentElement;
  const buttons = document.querySelectorAll("[data-theme-choice]");
  const show = (theme) => {
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    document.dispatchEvent(new CustomEvent("themechange"));
  };
  let chosen = "system";
  for (const button of buttons) {
    button.addEventListener("click", () => {
      chosen = button.dataset.themeChoice;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      show(chosen);
    });
  }
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
    show("light");
  });
  window.addEventListener("afterprint", () => show(chosen));
})();
