//! Models and LoRAs that the settings of an infotext name beside `Model`.

use domain::recipe::Lora;

use super::Infotext;
use crate::{
    json::{self, Json},
    tool::{add_lora, lora_marks},
};

impl Infotext {
    /// LoRAs of the prompt's marks, then those that only the settings name.
    pub(super) fn loras(&self) -> Vec<Lora> {
        let mut loras = lora_marks(&self.positive);
        let mut add = |name: &str, weight| {
            add_lora(
                &mut loras,
                &Lora {
                    name: name.to_owned(),
                    weight,
                    clip_weight: None,
                },
            );
        };
        if let Some(hashes) = self.get("Lora hashes") {
            hashes
                .split(',')
                .filter_map(|pair| pair.split(':').next())
                .for_each(|name| {
                    add(name.trim(), None);
                });
        }
        // `Hashes: {"model": "12ab", "lora:snow": "34cd"}`.
        let hashes = self.get("Hashes").map(json::clean);
        if let Some(hashes) = hashes.as_deref().and_then(json::parse) {
            let names = hashes
                .map()
                .iter()
                .filter_map(|(key, _)| key.strip_prefix("lora:"));
            names.for_each(|name| add(name, None));
        }
        self.resources(|kind, name, weight| {
            if kind.eq_ignore_ascii_case("lora") || kind.eq_ignore_ascii_case("lycoris") {
                add(name, weight);
            }
        });
        loras
    }

    /// Calls `each` with kind, name and weight of every entry of `Civitai resources`.
    pub(super) fn resources(&self, mut each: impl FnMut(&str, &str, Option<f64>)) {
        let Some(text) = self.get("Civitai resources").map(json::clean) else {
            return;
        };
        let Some(list) = json::parse(&text) else {
            return;
        };
        for entry in list.list() {
            let text = |name| entry.get(name).and_then(Json::text);
            let name = text("modelName").or_else(|| text("name"));
            if let (Some(kind), Some(name)) = (text("type"), name) {
                each(kind, name, entry.get("weight").and_then(Json::float));
            }
        }
    }
}
