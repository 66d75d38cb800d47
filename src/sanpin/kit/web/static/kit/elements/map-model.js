// A plane of the earth without a map below: Mercator around the places, graticule, scale, labels.
const RADIUS = 6371008.8, LAST = 85.05
const rad = degrees => degrees * Math.PI / 180
const STEPS = [60, 30, 20, 10, 5, 2, 1, .5, .2, .1, .05, .02, .01, .005, .002, .001]

/** Meridian opposite the widest gap, so that a way over the date line stays in one piece. */
export const middle = longitudes => {
  const row = [...new Set(longitudes.map(one => ((one % 360) + 360) % 360))].sort((a, b) => a - b)
  if (row.length < 2) return row[0] ?? 0
  let widest = 0, after = 0
  row.forEach((one, i) => {
    const gap = (i + 1 < row.length ? row[i + 1] : row[0] + 360) - one
    if (gap > widest) [widest, after] = [gap, i]
  })
  return ((row[after] + widest / 2 + 180) % 360 + 540) % 360 - 180
}

export class Plane {
  constructor(points) {
    this.centre = middle(points.map(point => point.lon))
    this.at = new Map(points.map(point => [point.id, this.project(point)]))
    const xs = [...this.at.values()].map(p => p.x), ys = [...this.at.values()].map(p => p.y)
    this.box = { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) }
  }

  // Radians east of the middle and, growing downwards, of the stretched latitude.
  project({ lat, lon }) {
    const east = ((lon - this.centre + 540) % 360 + 360) % 360 - 180
    return { x: rad(east), y: -Math.log(Math.tan(Math.PI / 4 + rad(Math.max(-LAST, Math.min(LAST, lat))) / 2)) }
  }

  longitude(x) { return ((x * 180 / Math.PI + this.centre + 540) % 360 + 360) % 360 - 180 }
  latitude(y) { return (2 * Math.atan(Math.exp(-y)) - Math.PI / 2) * 180 / Math.PI }

  /** Pixels per radian and the shift that show all places with a rim. */
  fit(width, height, rim) {
    const { left, right, top, bottom } = this.box
    // A single place is shown with some ten kilometres around it.
    const wide = Math.max(right - left, 20000 / RADIUS), tall = Math.max(bottom - top, 20000 / RADIUS)
    const scale = Math.min((width - 2 * rim.x) / wide, (height - 2 * rim.y) / tall)
    return { scale, x: width / 2 - (left + right) / 2 * scale, y: height / 2 - (top + bottom) / 2 * scale }
  }

  /** Lines of longitude and latitude in a window, some 90 px apart. */
  graticule({ scale, x, y }, width, height) {
    const ideal = 110 / scale * 180 / Math.PI
    const step = STEPS.reduce((best, one) => Math.abs(Math.log(one / ideal)) < Math.abs(Math.log(best / ideal)) ? one : best)
    const places = Math.max(0, -Math.floor(Math.log10(step)))
    const found = { meridians: [], parallels: [], places }
    const west = -x / scale, east = (width - x) / scale
    const from = Math.ceil((west * 180 / Math.PI + this.centre) / step) * step
    for (let one = from; rad(one - this.centre) <= east && found.meridians.length < 40; one += step) {
      found.meridians.push({ at: rad(one - this.centre) * scale + x, degrees: ((one + 540) % 360 + 360) % 360 - 180 })
    }
    const north = Math.min(LAST, this.latitude(-y / scale)), south = Math.max(-LAST, this.latitude((height - y) / scale))
    for (let one = Math.ceil(south / step) * step; one <= north && found.parallels.length < 40; one += step) {
      found.parallels.push({ at: this.project({ lat: one, lon: this.centre }).y * scale + y, degrees: one })
    }
    return found
  }

  /** A round length that is at most so many pixels wide at the middle of the window. */
  ruler({ scale, y }, height, most) {
    const metres = RADIUS * Math.cos(rad(this.latitude((height / 2 - y) / scale))) / scale
    const room = metres * most, power = 10 ** Math.floor(Math.log10(room))
    const length = [5, 2, 1].map(one => one * power).find(one => one <= room)
    return { length, width: length / metres }
  }
}

const apart = (a, b) => a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y

/** Put each label below, above, right or left of its point where nothing is yet; undefined when none is free. */
export const settle = (labels, taken, width, height) => labels.map(({ x, y, wide, tall, gap }) => {
  const places = [
    { x: x - wide / 2, y: y + gap - 4, anchor: "middle" }, { x: x - wide / 2, y: y - gap + 2 - tall, anchor: "middle" },
    { x: x + gap, y: y - tall / 2, anchor: "start" }, { x: x - gap - wide, y: y - tall / 2, anchor: "end" },
    { x: x + gap, y: y + gap / 2, anchor: "start" }, { x: x - gap - wide, y: y + gap / 2, anchor: "end" },
  ].map(place => ({ ...place, width: wide, height: tall }))
  const free = places.find(one => one.x >= 2 && one.y >= 2 && one.x + wide <= width - 2 && one.y + tall <= height - 2 && taken.every(other => apart(one, other)))
  if (free) taken.push(free)
  return free
})
