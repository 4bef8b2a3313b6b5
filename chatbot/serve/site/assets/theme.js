// Before anything is drawn: light or dark, as chosen on any page of ours, else as the browser wants it.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("openstance-theme");
  } catch {
    // Storage may be denied, as in a private window inside a frame.
  }
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.classList.add("scripted", dark ? "dark" : "light");
})();
