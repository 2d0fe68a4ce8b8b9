//! What ComfyUI says, as far as it matters here. Whatever else it says, or says wrongly, is passed over.

use std::collections::BTreeSet;
use std::fmt;

use domain::live::Work;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::Value;

/// Longest message that is read; those that matter have a few hundred bytes.
const LONGEST: usize = 256 << 10;
/// Most prompts that are taken from one answer; ComfyUI keeps no more itself.
const MOST_PROMPTS: usize = 10_000;
/// Most files that are taken from one answer.
const MOST_FILES: usize = 1_024;
/// Longest path that is taken; no system here has longer ones.
const LONGEST_PATH: usize = 4_096;

/// A file that ComfyUI has written: its folder below the one that it writes to, and its name.
pub(super) type Written = (String, String);

/// What a message means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    /// Something may have been written by now.
    pub(super) look: bool,
    /// These files were.
    pub(super) written: Vec<Written>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    data: Value,
}

/// Takes a message in; `None` when it says nothing that is known.
pub(super) fn hear(text: &str, work: &mut Work) -> Option<Meaning> {
    if text.len() > LONGEST {
        return None;
    }
    let Message { kind, data } = serde_json::from_str(text).ok()?;
    let mut meaning = Meaning::default();
    match kind.as_str() {
        "status" => {
            let left = data
                .pointer("/status/exec_info/queue_remaining")?
                .as_u64()?;
            // What is being made is counted too, and only one is made at a time.
            let before = work.waiting + u64::from(work.running);
            if left < before {
                // One has ended, and nobody may tell the steps of the next.
                work.step = None;
            }
            work.running = left > 0;
            work.waiting = left.saturating_sub(1);
            meaning.look = true;
        }
        "execution_start" => {
            work.running = true;
            work.step = None;
        }
        "progress" => {
            let number = |name| u32::try_from(data.get(name)?.as_u64()?).ok();
            let step = (number("value")?, number("max")?);
            work.running = true;
            work.step = (step.1 > 0 && step.0 <= step.1).then_some(step);
        }
        "executed" => meaning.written = Files::deserialize(data.get("output")?).ok()?.0,
        "executing" if data.get("node").is_some_and(Value::is_null) => {
            work.step = None;
            meaning.look = true;
        }
        "execution_success" | "execution_error" | "execution_interrupted" => {
            work.step = None;
            meaning.look = true;
        }
        _ => return None,
    }
    Some(meaning)
}

/// The newest prompts that have ended, each with what it wrote.
#[derive(Debug, Clone, Default)]
pub(super) struct Ended(Option<BTreeSet<String>>);

impl Ended {
    /// Takes in what `/history` says; gives what was written since it was last asked. What had ended before it was
    /// asked at all is known to the gallery.
    pub(super) fn take(&mut self, history: History) -> Vec<Written> {
        let ids = history.0.iter().map(|(id, _)| id.clone()).collect();
        let Some(known) = self.0.replace(ids) else {
            return Vec::new();
        };
        let new = history.0.into_iter().filter(|(id, _)| !known.contains(id));
        new.flat_map(|(_, files)| files).collect()
    }

    /// Whether `/history` has said nothing yet.
    pub(super) fn is_unknown(&self) -> bool {
        self.0.is_none()
    }
}

/// Prompts that have ended, and what each wrote. Everything else that an answer says, whole workflows, is passed
/// over as it is read, so it takes no room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct History(Vec<(String, Vec<Written>)>);

impl History {
    /// Understands an answer of `/history`; `None` when it is none.
    pub(super) fn read(answer: &[u8]) -> Option<Self> {
        serde_json::from_slice(answer).ok()
    }
}

impl<'de> Deserialize<'de> for History {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Prompts)
    }
}

struct Prompts;

impl<'de> Visitor<'de> for Prompts {
    type Value = History;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("prompts by their names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<History, A::Error> {
        let (mut prompts, mut room) = (Vec::new(), MOST_FILES);
        while let Some(id) = map.next_key::<String>()? {
            if prompts.len() == MOST_PROMPTS {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let mut files = map.next_value::<Prompt>()?.outputs.0;
            files.truncate(room);
            room -= files.len();
            prompts.push((id, files));
        }
        Ok(History(prompts))
    }
}

#[derive(Deserialize)]
struct Prompt {
    #[serde(default)]
    outputs: Files,
}

/// The files that nodes have written to stay, wherever in their outputs they stand.
#[derive(Default)]
struct Files(Vec<Written>);

impl<'de> Deserialize<'de> for Files {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut files = Vec::new();
        deserializer.deserialize_map(Gather(&mut files))?;
        Ok(Self(files))
    }
}

/// Gathers files from a value of any kind; gives its text, when it is one.
struct Gather<'a>(&'a mut Vec<Written>);

impl<'de> DeserializeSeed<'de> for Gather<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Gather<'_> {
    type Value = Option<String>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut name, mut folder, mut kind) = (None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            let text = map.next_value_seed(Gather(&mut *self.0))?;
            match key.as_str() {
                "filename" => name = text,
                "subfolder" => folder = text,
                "type" => kind = text,
                _ => {}
            }
        }
        let folder = folder.unwrap_or_default();
        let kept = kind.is_none_or(|kind| kind == "output") && self.0.len() < MOST_FILES;
        if let Some(name) = name
            && kept
            && folder.len() + name.len() < LONGEST_PATH
        {
            self.0.push((folder, name));
        }
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element_seed(Gather(&mut *self.0))?.is_some() {}
        Ok(None)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_understood_and_nonsense_is_passed_over() {
        let mut work = Work::default();
        let status = |left: &str| {
            format!(
                r#"{{"type":"status","data":{{"status":{{"exec_info":{{"queue_remaining":{left}}}}},"sid":"x"}}}}"#
            )
        };
        assert!(hear(&status("4"), &mut work).unwrap().look);
        assert_eq!(
            work,
            Work {
                running: true,
                waiting: 3,
                step: None
            }
        );
        hear(
            r#"{"type":"progress","data":{"value":12,"max":30}}"#,
            &mut work,
        )
        .unwrap();
        assert_eq!(work.step, Some((12, 30)));
        let saved = r#"{"type":"executed","data":{"output":{"images":[
            {"filename":"a.png","subfolder":"x/y","type":"output"},
            {"filename":"b.png","subfolder":"","type":"temp"}],"text":["hello"]}}}"#;
        let written = hear(saved, &mut work).unwrap().written;
        assert_eq!(written, [("x/y".to_owned(), "a.png".to_owned())]);
        let before = work;
        let nonsense = [
            "",
            "null",
            "[]",
            "{\"type\":7}",
            "{\"type\":\"status\"}",
            "{\"type\":\"status\",\"data\":{\"status\":{\"exec_info\":{\"queue_remaining\":-1}}}}",
            "{\"type\":\"progress\",\"data\":{\"value\":\"1\",\"max\":30}}",
            "{\"type\":\"progress\",\"data\":{\"value\":1e30,\"max\":30}}",
            "{\"type\":\"executed\"}",
            "{\"type\":\"other\"}",
        ];
        for text in nonsense {
            assert_eq!(hear(text, &mut work), None, "{text}");
        }
        assert_eq!(hear(&"[".repeat(100_000), &mut work), None);
        assert_eq!(work, before);
        hear(
            r#"{"type":"progress","data":{"value":31,"max":30}}"#,
            &mut work,
        )
        .unwrap();
        assert_eq!(work.step, None, "no picture has a step 31 of 30");
        hear(
            r#"{"type":"progress","data":{"value":30,"max":30}}"#,
            &mut work,
        )
        .unwrap();
        hear(&status("5"), &mut work).unwrap();
        assert_eq!(work.step, Some((30, 30)), "one more waits");
        hear(&status("4"), &mut work).unwrap();
        assert_eq!(work.step, None, "another is made now");
        hear(&status("0"), &mut work).unwrap();
        assert!(work.is_idle());
    }

    #[test]
    fn what_ended_is_told_once() {
        let prompt = |name: &str| {
            format!(
                r#"{{"prompt":[1,{{}}],"outputs":{{"9":{{"images":[{{"filename":"{name}","subfolder":"","type":"output"}}]}}}}}}"#
            )
        };
        let history = |text: &str| History::read(text.as_bytes()).unwrap();
        let mut ended = Ended::default();
        let first = format!("{{\"p1\":{}}}", prompt("a.png"));
        assert!(ended.is_unknown());
        assert!(ended.take(history(&first)).is_empty(), "that was before");
        assert!(!ended.is_unknown());
        let then = format!("{{\"p1\":{},\"p2\":{}}}", prompt("a.png"), prompt("b.png"));
        let written = [(String::new(), "b.png".to_owned())];
        assert_eq!(ended.take(history(&then)), written);
        assert!(ended.take(history(&then)).is_empty());
        for nonsense in [
            "",
            "[]",
            "{\"p3\":7}",
            "{\"p3\":{\"outputs\":[]}}",
            "{\"p3\":{}",
        ] {
            assert_eq!(History::read(nonsense.as_bytes()), None, "{nonsense}");
        }
    }

    #[test]
    fn every_output_of_a_prompt_is_taken_and_no_more_than_there_is_room_for() {
        let text = r#"{"p":{"prompt":[0,"p",{"filename":"in.png"}],"status":{"completed":true},"outputs":{
            "9":{"images":[{"filename":"a.png","subfolder":"x","type":"output"},
                           {"filename":"b.png","subfolder":"x","type":"temp"}],"animated":[false, null, 1.5, -1]},
            "12":{"gifs":[{"filename":"c.webm","format":"video/webm"}],"text":["hello"],
                  "odd":[{"filename":7},{"subfolder":"y"}]}}}}"#;
        let of = |text: &str| {
            let History(prompts) = History::read(text.as_bytes()).unwrap();
            let files = prompts.into_iter().flat_map(|(_, files)| files);
            files.collect::<Vec<_>>()
        };
        let written = |folder: &str, name: &str| (folder.to_owned(), name.to_owned());
        assert_eq!(of(text), [written("x", "a.png"), written("", "c.webm")]);
        let file = r#"{"filename":"a.png"}"#;
        let many = vec![file; MOST_FILES].join(",");
        let prompt = format!(r#"{{"outputs":{{"9":{{"images":[{many},{many}]}}}}}}"#);
        assert_eq!(
            of(&format!(r#"{{"p":{prompt},"q":{prompt}}}"#)).len(),
            MOST_FILES
        );
        let long = "a".repeat(LONGEST_PATH);
        let prompt = format!(r#"{{"outputs":{{"9":[{{"filename":"{long}"}}]}}}}"#);
        assert!(of(&format!(r#"{{"p":{prompt}}}"#)).is_empty());
        let deep = format!(r#"{{"p":{{"outputs":{{"9":{}"#, "[".repeat(100_000));
        assert_eq!(History::read(deep.as_bytes()), None);
    }
}
