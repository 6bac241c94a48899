// What a page does beyond being read: theme switch, menu, tabs, copying, the marked heading. All of it is extra: without
// scripts the pages are whole.
const remember = (key, value) => { try { localStorage.setItem(key, value); } catch { /* storage is off */ } };
const remembered = (key) => { try { return localStorage.getItem(key); } catch { return null; } };

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  remember("theme", root.dataset.theme);
}
document.querySelector(".theme").addEventListener("click", switchTheme);

const menu = document.querySelector(".menu");
const sidebar = document.querySelector(".sidebar");
menu.addEventListener("click", () => {
  const open = sidebar.classList.toggle("open");
  menu.setAttribute("aria-expanded", String(open));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !sidebar.classList.contains("open")) return;
  menu.click();
  menu.focus();
});

// Tabs: a block with several languages shows one, the same on every page.
const groups = [...document.querySelectorAll(".code.several")];

function select(group, label) {
  const tabs = [...group.querySelectorAll("[role=tab]")];
  if (!tabs.some((tab) => tab.textContent === label)) return;
  for (const tab of tabs) {
    const chosen = tab.textContent === label;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !chosen;
  }
}

function choose(tab) {
  const before = tab.getBoundingClientRect().top;
  remember("language", tab.textContent);
  for (const group of groups) select(group, tab.textContent);
  // Blocks above may have changed their height: what was clicked stays where it was.
  scrollBy({ top: tab.getBoundingClientRect().top - before, behavior: "instant" });
}

function step(event, tabs) {
  const moves = { ArrowRight: 1, ArrowLeft: -1 };
  if (!(event.key in moves)) return;
  const next = tabs[(tabs.indexOf(event.target) + moves[event.key] + tabs.length) % tabs.length];
  next.focus();
  choose(next);
}

groups.forEach((group, number) => {
  const bar = group.querySelector(".tabs");
  const tabs = [...group.querySelectorAll(".panel")].map((panel, place) => {
    panel.id = `panel-${number}-${place}`;
    const tab = Object.assign(document.createElement("button"), { type: "button", id: `tab-${number}-${place}` });
    tab.textContent = panel.dataset.label;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", () => choose(tab));
    bar.append(tab);
    return tab;
  });
  bar.setAttribute("role", "tablist");
  bar.setAttribute("aria-label", "Language");
  bar.addEventListener("keydown", (event) => step(event, tabs));
  group.classList.add("ready");
  select(group, tabs[0].textContent);
  select(group, remembered("language"));
});

for (const button of document.querySelectorAll(".copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const shown = [...button.closest(".code").querySelectorAll(".panel")].find((panel) => !panel.hidden);
    await navigator.clipboard.writeText(shown.querySelector("code").textContent);
    button.classList.add("done");
    button.setAttribute("aria-label", "Copied");
    setTimeout(() => { button.classList.remove("done"); button.setAttribute("aria-label", "Copy"); }, 1600);
  });
}

// The contents of the page follow the reader.
const links = new Map([...document.querySelectorAll(".toc a")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);

function markHeading() {
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 140);
  const current = passed.at(-1) ?? headings[0];
  for (const [id, link] of links) link.classList.toggle("now", id === current?.id);
}
if (headings.length) {
  addEventListener("scroll", markHeading, { passive: true });
  markHeading();
}
