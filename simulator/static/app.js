// Starts the page: one stream of news from the server feeds windows, clock, weather and story.

import { Clock, Story, Weather } from "./controls.js";
import { Windows } from "./windows.js";

const byId = (id) => document.getElementById(id);
const windows = new Windows(byId("windows"), byId("dock"));
const clock = new Clock();
const weather = new Weather(byId("weather"), byId("weather-open"));
const story = new Story(byId("story"), (ids) => windows.reveal(ids));

function showState(state) {
  clock.set(state.now, state.may_advance);
  weather.show(state.weather);
  story.show(state.story);
}

function listen(source, name, act) {
  source.addEventListener(name, (event) => act(JSON.parse(event.data)));
}

function showLink(text, isGood) {
  byId("link").textContent = text;
  byId("link").classList.toggle("good", isGood);
}

// The browser connects again by itself, and each connection starts with a snapshot: nothing is missed.
const source = new EventSource("sim/events");
source.addEventListener("open", () => showLink("已连接", true));
source.addEventListener("error", () => showLink("正在重连", false));
listen(source, "snapshot", (snapshot) => {
  byId("company").textContent = `${snapshot.company} · 演示`;
  showState(snapshot);
  windows.show(snapshot);
});
listen(source, "message", (message) => windows.put(message));
listen(source, "state", showState);
