// Search over an index that was made with the pages; it is fetched when the search is first opened.
const dialog = document.querySelector("dialog.search");
const input = dialog.querySelector("input");
const list = dialog.querySelector("ul");
const status = dialog.querySelector(".status");
const SHOWN = 12;
let entries = null;
let arriving = null;

async function open() {
  dialog.showModal();
  input.select();
  await arrived();
  show();
}

// One request, however often it is asked for; after a failure the next one asks anew.
function arrived() {
  arriving ??= fetch(dialog.dataset.index)
    .then((answer) => answer.json())
    .then((found) => { entries = found; })
    .catch((error) => { arriving = null; throw error; });
  return arriving;
}

// Whoever types fast presses Enter before the index is there.
async function follow() {
  await arrived();
  show();
  list.querySelector("a")?.click();
}

// Every word has to be there; one in a title counts most, and at its beginning more.
function score(entry, words) {
  let total = 0;
  for (const word of words) {
    const title = entry.title.toLowerCase();
    const at = title.indexOf(word);
    if (at === 0) total += 12;
    else if (at > 0) total += 8;
    else if (entry.page.toLowerCase().includes(word)) total += 4;
    else if (entry.text.toLowerCase().includes(word)) total += 1;
    else return 0;
  }
  return total;
}

function around(text, word) {
  const at = Math.max(0, text.toLowerCase().indexOf(word) - 30);
  return (at ? "…" : "") + text.slice(at, at + 140);
}

function row(entry, words) {
  const link = Object.assign(document.createElement("a"), { href: entry.url });
  const title = document.createElement("strong");
  title.textContent = entry.title === entry.page ? entry.page : `${entry.page}: ${entry.title}`;
  const text = document.createElement("span");
  text.textContent = around(entry.text, words[0]);
  link.append(title, text);
  link.addEventListener("click", () => dialog.close());
  const item = document.createElement("li");
  item.append(link);
  return item;
}

function show() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length ? (entries ?? []).map((entry) => [score(entry, words), entry]).filter(([points]) => points) : [];
  found.sort(([a], [b]) => b - a);
  list.replaceChildren(...found.slice(0, SHOWN).map(([, entry]) => row(entry, words)));
  status.textContent = entries && words.length && !found.length ? "Nothing found." : "";
}

function move(event) {
  if (event.key === "Enter" && document.activeElement === input) follow();
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (!(event.key in moves)) return;
  event.preventDefault();
  const links = [...list.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement) + moves[event.key];
  (at < 0 ? input : links[Math.min(at, links.length - 1)])?.focus();
}

document.querySelector(".search-open").addEventListener("click", open);
input.addEventListener("input", show);
dialog.addEventListener("keydown", move);
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
addEventListener("keydown", (event) => {
  const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if ((event.key === "/" && !writing) || (event.key === "k" && (event.metaKey || event.ctrlKey))) {
    event.preventDefault();
    if (!dialog.open) open();
  }
});
