// A list of which one item is chosen. The focus stays on the list, so that screen readers follow the choice and the page
// keeps its place; `chosenOne` gets the number of the item.
function listbox(attributes, items, chosenOne) {
  const list = el("ol", { role: "listbox", tabindex: "0", id: "steps", ...attributes }, items);
  list.choose = (index) => {
    const to = Math.min(Math.max(index, 0), items.length - 1);
    items[list.at]?.setAttribute("aria-selected", "false");
    list.at = to;
    if (!items[to]) return;
    items[to].setAttribute("aria-selected", "true");
    list.setAttribute("aria-activedescendant", items[to].id);
    items[to].scrollIntoView({ block: "nearest" });
    chosenOne(to);
  };
  return list;
}
