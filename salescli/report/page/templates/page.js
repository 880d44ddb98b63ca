"use strict";
// Sorting alone: everything is there to be read without it.
const order = new Intl.Collator(undefined, {numeric: true, sensitivity: "base"});
const key = (row, place) => row.cells[place].dataset.sort ?? row.cells[place].textContent.trim();
const records = (body) => [...body.rows].filter((row) => !row.classList.contains("group"));
function compare(one, other, numeric, sign) {
  if (one === "" || other === "") return (one === "") - (other === "");
  if (!numeric) return sign * order.compare(one, other);
  const [[amount, code = ""], [against, beside = ""]] = [one.split(" "), other.split(" ")];
  return sign * (order.compare(code, beside) || Number(amount) - Number(against));
}
function sort(head, table) {
  const numeric = head.dataset.sort === "number";
  const now = head.getAttribute("aria-sort");
  const falls = now === null ? numeric : now === "ascending";
  for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", falls ? "descending" : "ascending");
  const sign = falls ? -1 : 1;
  for (const body of table.tBodies) { // each by itself, below the line that names it
    const rows = records(body);
    rows.sort((a, b) => compare(key(a, head.cellIndex), key(b, head.cellIndex), numeric, sign));
    body.append(...rows);
  }
}
for (const table of document.querySelectorAll("table")) {
  if (![...table.tBodies].some((body) => records(body).length > 1)) continue;
  for (const head of table.querySelectorAll("thead th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(head, table));
  }
}
