/* global document, window, CustomEvent */
/* The switch between light and dark; without a choice the reader's system decides. Paper is always light. */
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
