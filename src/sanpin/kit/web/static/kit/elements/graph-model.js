// A graph in layers: where everything stands, what is near a window, what lies between two pills.
export const SIZE = { WIDE: 176, GAP: 72, ROW: 44, TALL: 28 }
const { WIDE, GAP, ROW, TALL } = SIZE

export const place = node => ({ x: node.layer * (WIDE + GAP), y: node.y * ROW })

// First place in an ascending row at which a value is not smaller.
const first = (row, value) => {
  let low = 0, high = row.length
  while (low < high) {
    const middle = (low + high) >> 1
    row[middle].at.y < value ? (low = middle + 1) : (high = middle)
  }
  return low
}

export class Layers {
  constructor({ nodes, edges }) {
    this.nodes = nodes.map(node => ({ ...node, at: place(node), before: [], after: [] }))
    this.byId = new Map(this.nodes.map(node => [node.id, node]))
    this.edges = []
    for (const edge of edges) {
      const source = this.byId.get(edge.from), target = this.byId.get(edge.to)
      if (!source || !target) continue
      source.after.push(target)
      target.before.push(source)
      this.edges.push({ ...edge, source, target })
    }
    this.layers = new Map()
    for (const node of this.nodes) {
      if (!this.layers.has(node.layer)) this.layers.set(node.layer, [])
      this.layers.get(node.layer).push(node)
    }
    for (const layer of this.layers.values()) layer.sort((a, b) => a.at.y - b.at.y)
    this.root = this.nodes.find(node => node.path)
    this.box = this.bounds()
  }

  node(id) {
    return this.byId.get(id)
  }

  bounds() {
    let left = 0, top = 0, right = 0, bottom = 0
    for (const { at } of this.nodes) {
      left = Math.min(left, at.x)
      top = Math.min(top, at.y)
      right = Math.max(right, at.x)
      bottom = Math.max(bottom, at.y)
    }
    return { x: left - 8, y: top - 8, width: right - left + WIDE + 24, height: bottom - top + TALL + 16 }
  }

  // Pills and lines that touch a window of the plane.
  within({ left, top, right, bottom }) {
    const nodes = []
    for (const layer of this.layers.values()) {
      const x = layer[0].at.x
      if (x > right || x + WIDE < left) continue
      for (let i = first(layer, top - TALL); i < layer.length && layer[i].at.y <= bottom; i++) nodes.push(layer[i])
    }
    const edges = this.edges.filter(({ source: { at: a }, target: { at: b } }) =>
      Math.min(a.x + WIDE, b.x) <= right && Math.max(a.x + WIDE, b.x) >= left &&
      Math.min(a.y, b.y) <= bottom && Math.max(a.y, b.y) + TALL >= top)
    return { nodes, edges }
  }

  curve({ source: { at: a }, target: { at: b } }, straight = false) {
    const x = a.x + WIDE, y = a.y + TALL / 2, end = b.y + TALL / 2
    if (straight) return `M${x} ${y}L${b.x} ${end}`
    const bend = Math.max(24, (b.x - x) / 2)
    return `M${x} ${y}C${x + bend} ${y} ${b.x - bend} ${end} ${b.x} ${end}`
  }

  reach(node, way) {
    const found = new Set([node]), open = [node]
    while (open.length) {
      for (const next of open.pop()[way]) {
        if (!found.has(next)) {
          found.add(next)
          open.push(next)
        }
      }
    }
    return found
  }

  // Everything on a way from the root to a pill, or from it to the root; undefined when none leads.
  between(node) {
    const { root } = this
    if (!root) return undefined
    for (const [back, on] of [["before", "after"], ["after", "before"]]) {
      const behind = this.reach(node, back)
      if (behind.has(root)) {
        const ahead = this.reach(root, on)
        return new Set([...behind].filter(one => ahead.has(one)))
      }
    }
    return undefined
  }

  // The pill beside another: along a line to the left and right, within the layer up and down.
  neighbour(node, dx, dy) {
    const nearest = row => row.reduce((best, one) => !best || Math.abs(one.at.y - node.at.y) < Math.abs(best.at.y - node.at.y) ? one : best, undefined)
    if (dy) {
      const layer = this.layers.get(node.layer)
      return layer[layer.indexOf(node) + dy]
    }
    const tied = dx > 0 ? node.after : node.before
    if (tied.length) return nearest(tied)
    const beside = [...this.layers.keys()].filter(number => (number - node.layer) * dx > 0).sort((a, b) => (a - b) * dx)[0]
    return beside === undefined ? undefined : nearest(this.layers.get(beside))
  }
}
