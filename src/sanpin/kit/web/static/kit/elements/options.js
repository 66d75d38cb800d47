// From a chart's spec to the options of the charting library. Pure: spec and look in, options out.
import { day, fade, hatch, isDay, number, short } from "./paint.js"

const DASHES = ["solid", "solid", "solid", "solid", "dashed", "dotted", [8, 3], [2, 4]]
const NAMED = ["accent", "variety", "quality", "brand", "ok", "warn", "bad", "hold", "muted", "ink"]

export const seriesColour = (series, index, look) =>
  NAMED.includes(series.colour) ? look[series.colour]
    : look.series[(series.colour ? series.colour - 1 : index) % 8]

// Long runs of dates get a label where a month or half-year begins; short ones where there is room.
const days = values => (Date.parse(values.at(-1).slice(0, 10)) - Date.parse(values[0].slice(0, 10))) / 864e5
const month = value => Number(value.slice(5, 7))
const dateTicks = values => {
  const begins = i => i > 0 && month(values[i]) !== month(values[i - 1])
  if (days(values) <= 45 || values.length <= 12) return "auto"
  if (days(values) <= 400) return begins
  return i => begins(i) && month(values[i]) % 6 === 1
}
const dateLabel = values => {
  if (days(values) <= 45 || values.length <= 12) return value => day(value, { day: "numeric", month: "short" })
  return value => day(value, month(value) === 1 ? { year: "numeric" } : { month: "short" })
}

// Of many numbers those get a label that people would choose: multiples of 1, 2 or 5 and zeros.
const TICKS = 12
const numberTicks = values => {
  const least = (values.at(-1) - values[0]) / TICKS, ten = 10 ** Math.floor(Math.log10(least))
  const step = [1, 2, 5, 10].find(each => each * ten >= least) * ten
  const round = i => Math.abs(values[i] / step - Math.round(values[i] / step)) < 1e-6
  return values.filter((_, i) => round(i)).length > 3 ? round : "auto"
}

const xAxis = (spec, look, text) => {
  const values = spec.x?.values ?? []
  const dates = values.length > 1 && values.every(isDay)
  const numbers = values.length > TICKS && values.every((value, i) => i === 0 ? Number.isFinite(value) : value > values[i - 1])
  const kind = spec.type === "scatter" ? "value" : "category"
  return {
    type: kind,
    data: kind === "category" ? values : undefined,
    boundaryGap: ["bar", "stack"].includes(spec.type),
    name: spec.x?.label, nameLocation: "middle", nameGap: 28, nameTextStyle: text,
    axisLine: { lineStyle: { color: look.line } },
    axisTick: { show: false },
    splitLine: { show: false },
    scale: true,
    axisLabel: {
      ...text, hideOverlap: true,
      formatter: dates ? dateLabel(values) : kind === "value" ? short : value => day(value),
      ...(dates ? { interval: dateTicks(values) } : numbers ? { interval: numberTicks(values) } : {}),
    },
  }
}

// Steps that would read alike in short, as 45.8K and 45.8K, are written out.
const valueLabel = spec => {
  if (spec.percent) return value => `${number(value * 100)} %`
  const known = (spec.series ?? []).flatMap(each => each.values ?? []).filter(Number.isFinite)
  const high = Math.max(...known), step = (high - (spec.minimum ?? 0)) / 4
  return known.length && short(high) === short(high - step) ? value => number(value) : short
}

const yAxis = (spec, look, text) => ({
  type: "value",
  name: spec.unit ?? "", nameLocation: "end", nameGap: 10,
  nameTextStyle: { ...text, align: "left", padding: [0, 0, 0, -4] },
  min: spec.minimum, max: spec.maximum, scale: spec.type === "scatter",
  splitNumber: 4, axisLine: { show: false }, axisTick: { show: false },
  splitLine: { lineStyle: { color: look.line } },
  axisLabel: { ...text, formatter: valueLabel(spec) },
})

// A line that ends before the axis does carries its name above its end, not beside it.
const endLabel = (series, look, text) => ({
  show: true, formatter: "{a}", color: look.ink, fontSize: text.fontSize, fontFamily: text.fontFamily, distance: 6,
  backgroundColor: look.bg, padding: [1, 3],
  ...(series.values.at(-1) === null ? { align: "right", offset: [-10, -14] } : {}),
})

const line = (series, index, spec, look, text) => ({
  type: "line", name: series.name, data: series.values, showSymbol: false, symbolSize: 5,
  symbol: "circle", connectNulls: false, step: series.step ? "end" : undefined,
  lineStyle: { width: series.thin ? 1 : 1.5, type: series.dash ? "dashed" : DASHES[index % 8] },
  itemStyle: { color: seriesColour(series, index, look) },
  emphasis: { disabled: true },
  endLabel: spec.series.length <= 4 && spec.series.length + (spec.bands?.length ?? 0) > 1
    ? endLabel(series, look, text) : undefined,
  labelLayout: { moveOverlap: "shiftY" },
  z: 4,
})

const bar = (series, index, spec, look) => ({
  type: "bar", name: series.name, data: series.values,
  stack: spec.type === "stack" ? "all" : undefined,
  itemStyle: {
    color: seriesColour(series, index, look),
    decal: index >= 4 ? { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -0.8, color: fade(look.surface, .5) } : undefined,
  },
  barMaxWidth: 28, barCategoryGap: "30%", emphasis: { disabled: true },
})

const scatter = (series, index, spec, look) => ({
  type: "scatter", name: series.name, data: series.points.map(p => p.slice(0, 2)), symbolSize: 7,
  itemStyle: { color: seriesColour(series, index, look), opacity: .7 },
  symbol: ["circle", "diamond", "rect", "triangle"][index % 4],
})

// The fan: pairs of quantiles as bands, widest first, each a little stronger.
const band = (one, index, look) => {
  const shared = { type: "line", symbol: "none", stack: `band${index}`, stackStrategy: "all", silent: true,
    lineStyle: { opacity: 0 }, emphasis: { disabled: true }, z: 2, tooltip: { show: false } }
  const high = one.high.map((top, i) => top === null || one.low[i] === null ? null : top - one.low[i])
  return [
    { ...shared, name: `${one.name} ↓`, data: one.low },
    { ...shared, name: one.name, data: high, areaStyle: { color: fade(look.accent, [.13, .16, .2][index] ?? .2) } },
  ]
}

// Marks belong to no series: the as-of line, spans that were masked, targets.
const marks = (spec, look, text, words) => ({
  type: "line", name: "", data: [], silent: true, tooltip: { show: false },
  markLine: {
    symbol: "none", silent: true, animation: false,
    label: { ...text, color: look.muted, position: "insideEndTop", distance: 4 },
    lineStyle: { color: look.muted, type: "solid", width: 1 },
    data: [
      ...(spec.as_of ? [{ xAxis: spec.as_of, label: { position: "end", formatter: `${words.asOf} ${day(spec.as_of, { day: "numeric", month: "short" })}` } }] : []),
      ...(spec.marks ?? []).map(mark => ({
        ...(mark.x === undefined ? { yAxis: mark.y } : { xAxis: mark.x }),
        lineStyle: { type: "dashed", color: look.ink }, label: { formatter: mark.label, color: look.ink },
      })),
    ],
  },
  markArea: {
    silent: true, animation: false,
    itemStyle: { color: { image: hatch(look.line, 6), repeat: "repeat" } },
    data: (spec.masked ?? []).map(([from, to]) => [{ xAxis: from }, { xAxis: to }]),
  },
})

const heat = (spec, look, text) => ({
  xAxis: { ...xAxis({ ...spec, type: "bar" }, look, text), splitArea: { show: false } },
  yAxis: { type: "category", data: spec.y.values, inverse: true, axisLine: { show: false }, axisTick: { show: false }, axisLabel: text },
  visualMap: {
    min: spec.minimum ?? 0, max: spec.maximum ?? Math.max(...spec.cells.map(c => c[2])), show: false,
    inRange: { color: [look.raise, look["accent-weak"], look.accent] },
  },
  series: [{ type: "heatmap", data: spec.cells, itemStyle: { borderColor: look.bg, borderWidth: 1 } }],
})

/** Write what stands under the pointer: a heading and one line per series. */
export const tip = (spec, items) => {
  const shown = items.filter(item => item.seriesName && !item.seriesName.endsWith(" ↓"))
  const value = raw => spec.percent ? `${number(raw * 100, 1)} %` : number(raw, spec.digits)
  const i = items[0]?.dataIndex
  const names = shown.map(item => {
    const known = spec.series?.find(series => series.name === item.seriesName)
    const pair = spec.bands?.find(one => one.name === item.seriesName)
    const raw = known ? (known.values ?? known.points)[i] : undefined
    if (pair) return `${pair.name}  ${value(pair.low[i])} – ${value(pair.high[i])}`
    return Array.isArray(raw) ? `${raw[2] ?? known.name}  ${raw.slice(0, 2).map(value).join(" · ")}` : `${item.seriesName}  ${value(raw)}`
  }).filter(text => !/  –( – –)?$/.test(text))
  return [day(spec.x?.values?.[i] ?? spec.series?.[0]?.name ?? "", { weekday: "short", day: "numeric", month: "short", year: "numeric" }), ...names].join("\n")
}

/** Options for a whole chart. */
export const options = (spec, look, { font, scale, words, width }) => {
  const text = { color: look.muted, fontSize: 11 * scale, fontFamily: font }
  const series = spec.series ?? []
  const bars = ["bar", "stack"].includes(spec.type)
  const legend = series.length > 4 || (bars && series.length > 1) || (spec.type === "scatter" && series.length > 1)
  const named = !bars && !legend && spec.type !== "scatter" && series.length + (spec.bands?.length ?? 0) > 1
  const longest = Math.max(0, ...series.map(one => [...one.name].reduce((sum, c) => sum + (c > "⺀" ? 12 : 6.2), 0)))
  const base = {
    animation: false, textStyle: { fontFamily: font }, aria: { enabled: false },
    grid: {
      left: 4, right: named ? Math.min(longest * scale + 12, width / 3) : 12, outerBoundsMode: "same",
      top: (spec.unit ? 28 : 12) + (legend ? 22 : 0) + (spec.as_of && !spec.unit ? 8 : 0), bottom: (spec.x?.label ? 22 : 4) + (spec.zoom ? 30 : 0), outerBounds: { left: 4, top: 4, bottom: 4, right: 8 },
    },
    legend: legend ? { top: 0, left: 0, itemWidth: 10, itemHeight: 10, icon: "roundRect", textStyle: { ...text, color: look.ink }, data: series.map(one => one.name) } : undefined,
    tooltip: {
      trigger: spec.type === "scatter" || spec.type === "heat" ? "item" : "axis", renderMode: "richText", confine: true,
      backgroundColor: look.surface, borderColor: look.line, borderWidth: 1, padding: [8, 12],
      textStyle: { color: look.ink, fontSize: 12 * scale, fontFamily: font, lineHeight: 18 * scale },
      axisPointer: { type: bars ? "shadow" : "line", lineStyle: { color: look.muted, width: 1 }, shadowStyle: { color: fade(look.muted, .1) } },
      formatter: items => spec.type === "heat"
        ? `${spec.y.values[items.value[1]]}\n${day(spec.x.values[items.value[0]])}  ${spec.percent ? `${number(items.value[2] * 100)} %` : number(items.value[2])}`
        : tip(spec, Array.isArray(items) ? items : [items]),
    },
    dataZoom: spec.zoom ? [
      { type: "inside" },
      { type: "slider", height: 18, bottom: 4, borderColor: look.line, fillerColor: fade(look.accent, .12), handleStyle: { color: look.surface, borderColor: look.accent }, moveHandleSize: 0, textStyle: text, dataBackground: { lineStyle: { color: look.line }, areaStyle: { color: look.raise } }, selectedDataBackground: { lineStyle: { color: look.accent }, areaStyle: { color: look["accent-weak"] } } },
    ] : undefined,
  }
  if (spec.type === "heat") return { ...base, ...heat(spec, look, text) }
  const draw = bars ? bar : spec.type === "scatter" ? scatter : line
  const axes = [xAxis(spec, look, text), yAxis(spec, look, text)]
  if (spec.horizontal) {
    axes[0].inverse = true
    Object.assign(axes[0].axisLabel, { interval: 0, width: Math.min(320, width * .45), overflow: "break" })
    axes[1].name = ""
  }
  return {
    ...base,
    xAxis: spec.horizontal ? axes[1] : axes[0],
    yAxis: spec.horizontal ? axes[0] : axes[1],
    series: [
      ...(spec.bands ?? []).flatMap((one, i) => band(one, i, look)),
      ...series.map((one, i) => draw(one, i, spec, look, text)),
      marks(spec, look, text, words),
    ],
  }
}
