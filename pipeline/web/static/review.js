// Keys of the review pages. Every key presses something that is visible on the page; without this file the
// page works by mouse and Tab alone.
(() => {
  "use strict";
  const isTyping = (element) =>
    element.isContentEditable ||
    element.tagName === "TEXTAREA" ||
    element.tagName === "SELECT" ||
    (element.tagName === "INPUT" && !["radio", "checkbox"].includes(element.type));

  const press = (selector) => {
    const element = document.querySelector(selector);
    if (!element || element.disabled) return false;
    element.click();
    return true;
  };

  const choose = (key) => {
    const input = document.querySelector(`input[type=radio][data-key="${key}"]`);
    if (!input) return false;
    const field = input.closest("fieldset");
    if (field && getComputedStyle(field).display === "none") return false;
    input.checked = true;
    input.focus({ preventScroll: true });
    input.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };

  const focus = (selector) => {
    const element = document.querySelector(selector);
    if (!element) return false;
    element.focus();
    return true;
  };

  const toggleHelp = () => {
    const help = document.getElementById("help");
    if (help.open) help.close();
    else help.showModal();
    return true;
  };

  const keys = {
    s: () => press('#decide button[value="skip"]'),
    u: () => press('#undo button, button[form="undo"]'),
    c: () => focus('#decide textarea[name="comment"]'),
    "/": () => focus("#words") || press('a[data-key="/"]'),
    "?": toggleHelp,
  };

  // While an answer is on its way, keys would still mean the statement that is about to leave.
  let busy = false;
  document.addEventListener("htmx:beforeRequest", () => { busy = true; });
  for (const name of ["htmx:afterSettle", "htmx:sendError", "htmx:timeout", "htmx:responseError", "htmx:abort"]) {
    document.addEventListener(name, () => { busy = false; });
  }

  document.addEventListener("keydown", (event) => {
    if (busy) {
      if (!isTyping(event.target)) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    const target = event.target;
    if (event.key === "Escape" && isTyping(target)) {
      target.blur();
      return;
    }
    if (isTyping(target) || document.getElementById("help")?.open) return;
    let done = false;
    if (event.key === "Enter") {
      // A link or a button that has the focus keeps its own Enter.
      if (target.closest("a, button, summary")) return;
      done = press('#decide button[value="answer"], #decide button.primary');
    } else if (/^[1-8]$/.test(event.key)) {
      done = choose(event.key);
    } else if (/^[qwer]$/i.test(event.key)) {
      done = choose(event.key.toUpperCase());
    } else if (keys[event.key.toLowerCase()]) {
      done = keys[event.key.toLowerCase()]();
    }
    if (done) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-help]")) toggleHelp();
  });

  document.addEventListener("input", (event) => {
    const list = event.target.dataset?.filter && document.getElementById(event.target.dataset.filter);
    if (!list) return;
    const words = event.target.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    for (const entry of list.children) {
      const text = entry.textContent.normalize("NFKC").toLowerCase();
      entry.hidden = !words.every((word) => text.includes(word));
    }
  });

  // After a step the next statement begins at its top, with the focus where keys are read.
  document.addEventListener("htmx:afterSettle", () => {
    if (document.querySelector("[data-item]")) {
      window.scrollTo(0, 0);
      document.getElementById("main").focus({ preventScroll: true });
    }
  });
})();
