// What a page does beyond being read: theme switch, menu, copying, asking once more. Without scripts the pages are whole.
const theme = document.querySelector(".theme");

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* storage is off */ }
}
theme.hidden = false;
theme.addEventListener("click", switchTheme);

const menu = document.querySelector(".menu");
const sidebar = document.querySelector(".sidebar");
menu?.addEventListener("click", () => {
  const open = sidebar.classList.toggle("open");
  menu.setAttribute("aria-expanded", String(open));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !sidebar?.classList.contains("open")) return;
  menu.click();
  menu.focus();
});

function textOf(source) {
  return source.value ?? [...source.querySelectorAll("code")].map((code) => code.textContent).join("\n");
}
for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(textOf(document.getElementById(button.dataset.copies)));
    const before = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = before; }, 1600);
  });
}

for (const button of document.querySelectorAll("[data-asks]")) {
  button.addEventListener("click", (event) => {
    if (!confirm(button.dataset.asks)) event.preventDefault();
  });
}

// A form is sent once, however often its button is pressed.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    else if (!event.defaultPrevented) form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Kinds of destinations: the fields of the chosen one alone.
const kinds = document.querySelector("select[data-shows]");
function showKind() {
  for (const block of document.querySelectorAll("[data-kind]")) {
    const chosen = block.dataset.kind === kinds.value;
    block.hidden = !chosen;
    block.disabled = !chosen;
  }
}
if (kinds) {
  kinds.addEventListener("change", showKind);
  showKind();
}
