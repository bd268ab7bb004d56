// Replaces what the page shows when the driver says that it has changed; without this script the page reloads itself.
(() => {
  "use strict";
  const main = document.querySelector("main[data-live]");
  if (!main || !window.EventSource) return;
  const status = document.getElementById("live-status");
  const say = (text) => { if (status) status.textContent = text; };
  const key = (node) => node.id || node.querySelector("summary")?.textContent || "";

  let later;
  const replace = (html) => {
    clearTimeout(later);
    const selection = window.getSelection();
    const focused = document.activeElement;
    // Nobody wants a text to vanish that is being selected or typed.
    if ((selection && !selection.isCollapsed && main.contains(selection.anchorNode))
      || (focused && main.contains(focused) && /^(INPUT|SELECT|TEXTAREA)$/.test(focused.tagName))) {
      later = setTimeout(() => replace(html), 1000);
      return;
    }
    const focusId = focused && main.contains(focused) ? focused.id || focused.getAttribute("href") : null;
    const open = new Map([...main.querySelectorAll("details")].map((one) => [key(one), one.open]));
    const scrolled = new Map(
      [...main.querySelectorAll("[data-scroll]")].map((one) => [one.dataset.scroll, [one.scrollLeft, one.scrollTop]]));
    const top = window.scrollY;
    main.innerHTML = html;
    for (const one of main.querySelectorAll("details")) if (open.has(key(one))) one.open = open.get(key(one));
    for (const one of main.querySelectorAll("[data-scroll]")) {
      const place = scrolled.get(one.dataset.scroll);
      if (place) [one.scrollLeft, one.scrollTop] = place;
    }
    if (focusId) {
      const again = document.getElementById(focusId) || main.querySelector(`[href="${CSS.escape(focusId)}"]`);
      if (again) again.focus({ preventScroll: true });
    }
    window.scrollTo({ top, behavior: "instant" });
  };

  const address = new URL(window.location.href);
  address.searchParams.set("live", "");
  const source = new EventSource(address);
  source.addEventListener("open", () => say("live"));
  source.addEventListener("main", (event) => replace(event.data));
  source.addEventListener("end", () => { source.close(); say(""); });
  source.addEventListener("error", () => say(source.readyState === 2 ? "not live: reload" : "reconnecting"));
})();
