// Choosing who writes: a button of the list, or an address that was typed.
window.openstance = window.openstance || {};
window.openstance.picks = (element, trigger) => {
  const choose = (writer) => {
    element.querySelector("[popover]")?.hidePopover();
    trigger("select", { writer });
  };
  element.addEventListener("click", (event) => {
    const button = event.target.closest("[data-writer]");
    if (button) choose(button.dataset.writer);
  });
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = event.target.elements.writer.value.trim();
    if (typed) choose(typed);
  });
};
