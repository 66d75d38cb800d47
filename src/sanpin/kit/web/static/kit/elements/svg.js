// Drawings in SVG that zoom and pan: making their parts, and following wheel and finger.
const NS = "http://www.w3.org/2000/svg"
// A finger that moves less than this many pixels has clicked.
const SLACK = 4

export const draw = (tag, attributes = {}, ...children) => {
  const made = document.createElementNS(NS, tag)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

// Call zoom(factor, x, y) and pan(dx, dy) of an element; returns whether the last touch was a drag.
export const steer = (svg, element) => {
  let held = false, moved = 0
  const dragged = () => moved > SLACK
  svg.addEventListener("wheel", event => {
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    const box = svg.getBoundingClientRect()
    element.zoom(Math.exp(-event.deltaY / 200), event.clientX - box.left, event.clientY - box.top)
  }, { passive: false })
  svg.addEventListener("pointerdown", () => { held = true; moved = 0 })
  svg.addEventListener("pointermove", event => {
    if (!held || !event.buttons) return
    moved += Math.abs(event.movementX) + Math.abs(event.movementY)
    if (dragged()) element.pan(event.movementX, event.movementY)
  })
  svg.addEventListener("pointerup", () => { held = false })
  svg.addEventListener("click", event => { if (dragged()) event.preventDefault() }, true)
  return dragged
}
