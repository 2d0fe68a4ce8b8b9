// Runs before the first paint, so that nothing changes its colour or its place afterwards: applies
// what this browser keeps about the look of the page.
(function () {
  var root = document.documentElement;
  root.dataset.wasm = "";
  try {
    var kept = function (key) {
      return localStorage.getItem("proofsheet." + key);
    };
    var theme = kept("theme");
    if (theme === "light" || theme === "dark" || theme === "system") root.dataset.theme = theme;
    var cell = Number(kept("cell"));
    if (cell >= 96 && cell <= 480) root.style.setProperty("--cell", cell + "px");
    if (kept("fit") === "contain") root.dataset.fit = "contain";
    if (kept("filters") === "closed") root.dataset.filters = "closed";
  } catch (_) {
    // Storage may be forbidden; the defaults are fine.
  }
})();
