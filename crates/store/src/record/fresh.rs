//! What the index would read back of pictures that were just added.

use std::{collections::HashMap, sync::Arc};

use domain::{
    facts::Facts,
    id::ImageId,
    judgement::Judgement,
    parameter::{ParameterSet, Parameters},
};

use super::ScannedFile;
use crate::{feed::push_once, parameters, recipes::rounded, sql::without_nul};

/// Pictures that one change added, whose facts need not be read back from the database.
#[derive(Debug)]
pub struct Fresh {
    pub(super) files: Vec<ScannedFile>,
    /// Key of the picture of each file; nothing for one that was left out.
    pub(super) keys: Vec<Option<i64>>,
    /// Names of roots by key, and whether they are of inputs.
    pub(super) roots: HashMap<i64, (String, bool)>,
    /// What each picture was made from that was made from any.
    pub(super) references: HashMap<i64, Vec<ImageId>>,
    /// The set of parameters of each picture that has any.
    pub(super) sets: HashMap<i64, Arc<ParameterSet>>,
}

impl Fresh {
    /// How many pictures.
    pub fn len(&self) -> usize {
        self.keys.iter().flatten().count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same as [`Store::index_rows_of`](crate::Store::index_rows_of) answered for these pictures
    /// after the change that added them and before any other.
    pub fn facts(self) -> Vec<Facts> {
        let Self {
            files,
            keys,
            roots,
            sets,
            mut references,
        } = self;
        let facts = files.into_iter().zip(keys).filter_map(|(file, key)| {
            let key = key?;
            let root = roots.get(&file.root);
            let root = root.map_or(("", false), |(name, input)| (name.as_str(), *input));
            let references = references.remove(&key).unwrap_or_default();
            Some(facts(key, file, root, (sets.get(&key), references)))
        });
        let mut facts: Vec<Facts> = facts.collect();
        facts.sort_unstable_by_key(|row| row.key);
        facts
    }
}

fn facts(
    key: i64,
    file: ScannedFile,
    (root, input): (&str, bool),
    (set, references): (Option<&Arc<ParameterSet>>, Vec<ImageId>),
) -> Facts {
    let recipe = file.recipe;
    let (steps, cfg) = match recipe.samplers.get(recipe.primary) {
        Some(run) => (run.steps, run.cfg.and_then(rounded)),
        None => (None, None),
    };
    let weights = recipe.loras.iter();
    let lora_weights = weights.map(|lora| lora.weight.and_then(rounded)).collect();
    let (mut seeds, mut samplers, mut schedulers) = (Vec::new(), Vec::new(), Vec::new());
    for run in recipe.samplers {
        push_once(&mut seeds, run.seed);
        push_once(&mut samplers, run.sampler.map(without_nul));
        push_once(&mut schedulers, run.scheduler.map(without_nul));
    }
    let mut folder = root.to_owned();
    if !file.folder.is_empty() {
        folder.push('/');
        folder.push_str(&without_nul(file.folder));
    }
    let parameters = set.map(|set| Parameters {
        set: Arc::clone(set),
        changes: parameters::changes(set, &file.parameters)
            .into_iter()
            .map(|(place, value)| (place, value.clone()))
            .collect(),
    });
    let seconds = file.seconds.and_then(rounded);
    Facts {
        key,
        id: file.id,
        date: file.date,
        added: file.added,
        name: without_nul(file.name),
        folder,
        models: recipe.models.into_iter().map(without_nul).collect(),
        loras: recipe
            .loras
            .into_iter()
            .map(|lora| without_nul(lora.name))
            .collect(),
        lora_weights,
        vae: recipe.vae.map(without_nul),
        samplers,
        schedulers,
        tool: without_nul(recipe.tool),
        format: file.format,
        seeds,
        steps,
        cfg,
        width: file.width,
        height: file.height,
        bytes: file.size,
        seconds: seconds.map(|seconds| seconds.round() as u32),
        positive: without_nul(recipe.positive),
        negative: without_nul(recipe.negative),
        parameters,
        has_workflow: file.has_workflow,
        unparsed: file.unparsed,
        secret: false,
        judgement: Judgement::default(),
        tags: Vec::new(),
        note: String::new(),
        sets: Vec::new(),
        persona: String::new(),
        edited: false,
        user: String::new(),
        intent: String::new(),
        missing: false,
        input,
        references,
    }
}
