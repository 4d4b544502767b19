// Points and areas of our own on an empty ground: no tiles, nothing from outside.
import L from "leaflet";

const style = (feature) => ({
  className:
    feature.geometry.type === "Point"
      ? `map-pin map-pin-${feature.properties.tone || "brand"}`
      : "map-area",
  radius: 9,
  stroke: true,
});

function popup({ properties }) {
  const box = document.createElement("div");
  const title = document.createElement(properties.url ? "a" : "strong");
  title.textContent = properties.title || "";
  if (properties.url) title.href = properties.url;
  box.append(title);
  const words = properties.text || properties.state;
  if (words) {
    const text = document.createElement("p");
    text.textContent = words;
    box.append(text);
  }
  return box;
}

async function draw(element) {
  if (element.dataset.drawn) return;
  element.dataset.drawn = "1";
  const inline = element.dataset.source && document.getElementById(element.dataset.source);
  const shapes = inline
    ? JSON.parse(inline.textContent)
    : await (await fetch(element.dataset.map, { headers: { Accept: "application/geo+json" } })).json();
  const map = L.map(element, { attributionControl: false, zoomSnap: 0.5 });
  const layer = L.geoJSON(shapes, {
    style,
    pointToLayer: (feature, at) => L.circleMarker(at, style(feature)),
    onEachFeature: (feature, drawn) => {
      if (feature.properties && feature.properties.title) drawn.bindPopup(() => popup(feature));
    },
  }).addTo(map);
  const bounds = layer.getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [24, 24], maxZoom: 16 });
  else map.setView([38.78, 101.09], 9);
  L.control.scale({ imperial: false }).addTo(map);
}

const drawAll = () => document.querySelectorAll("[data-map]").forEach(draw);
document.addEventListener("xiangyue:maps", drawAll);
drawAll();
