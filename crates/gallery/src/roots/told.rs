//! Watched folders in a file of settings: what it says of them, all checked before anything is changed.

use std::{fmt::Write as _, path::Path};

use domain::{id::RootId, problem::ProblemKind, scan::RootRole, text::normalise};
use store::{
    Store,
    rows::{NewRoot, RootKind, RootRow},
};
use toml::Value;

use super::{
    choose::allowed,
    free_name,
    name::{checked, refuse_unwritable, rename_in_sets},
    refuse_nested, short_name,
};
use crate::{Options, error::Error, files};

/// What may be said of one.
const WORDS: &str = "path, name, role, paused, allow-delete, allow-organise and allow-sidecars";
/// Above each of them in the file.
const ABOUT: &str = "\
\n# Watched folders. A file that comes in adds those that are not there, changes name, role and permissions of those \
that are, and removes none. role: output or input.\n";

/// A watched folder as a file tells of it; what it leaves out stays as it is.
#[derive(Debug, Default)]
pub(crate) struct ToldRoot {
    path: String,
    name: Option<String>,
    role: Option<RootRole>,
    paused: Option<bool>,
    allow_delete: Option<bool>,
    allow_organise: Option<bool>,
    allow_sidecars: Option<bool>,
}

/// What is to be done, all of which was looked at.
#[derive(Default)]
pub(crate) struct Plan {
    add: Vec<(NewRoot, bool)>,
    change: Vec<(RootRow, ToldRoot)>,
}

/// The watched folders as tables of a TOML file. Those inside the data folder belong to this library alone and are
/// left out.
pub(crate) async fn tables(store: &Store, options: &Options) -> Result<String, Error> {
    let data = options.data_dir.clone();
    let own = files::blocking(move || files::real_folder(&data)).await?;
    let own = own.unwrap_or_else(|_| options.data_dir.clone());
    let mut toml = String::new();
    for row in store.roots().await? {
        if row.kind == RootKind::Managed || Path::new(&row.path).starts_with(&own) {
            continue;
        }
        if toml.is_empty() {
            toml.push_str(ABOUT);
        }
        // Writing into memory cannot fail.
        let _ = write!(
            toml,
            "\n[[roots]]\npath = {}\nname = {}\nrole = \"{}\"\npaused = {}\nallow-delete = {}\nallow-organise = {}\n\
             allow-sidecars = {}\n",
            Value::String(row.path),
            Value::String(row.name),
            match row.role {
                RootRole::Output => "output",
                RootRole::Input => "input",
            },
            row.paused,
            row.allow_delete,
            row.allow_organise,
            row.allow_sidecars,
        );
    }
    Ok(toml)
}

/// What the tables of a file say.
pub(crate) fn read(value: Value) -> Result<Vec<ToldRoot>, Error> {
    let Value::Array(tables) = value else {
        return Err(no_tables());
    };
    tables.into_iter().map(one).collect()
}

fn one(value: Value) -> Result<ToldRoot, Error> {
    let Value::Table(table) = value else {
        return Err(no_tables());
    };
    let mut root = ToldRoot::default();
    for (word, value) in table {
        match (word.as_str(), value) {
            ("path", Value::String(path)) => root.path = path,
            ("name", Value::String(name)) => root.name = Some(checked(&name)?),
            ("role", Value::String(role)) if role == "output" => root.role = Some(RootRole::Output),
            ("role", Value::String(role)) if role == "input" => root.role = Some(RootRole::Input),
            ("paused", Value::Boolean(on)) => root.paused = Some(on),
            ("allow-delete", Value::Boolean(on)) => root.allow_delete = Some(on),
            ("allow-organise", Value::Boolean(on)) => root.allow_organise = Some(on),
            ("allow-sidecars", Value::Boolean(on)) => root.allow_sidecars = Some(on),
            ("path" | "name", _) => {
                return Err(invalid(format!(
                    "The {word} of a watched folder is a text."
                )));
            }
            ("role", _) => {
                return Err(invalid(
                    "The role of a watched folder is output or input.".to_owned(),
                ));
            }
            ("paused" | "allow-delete" | "allow-organise" | "allow-sidecars", _) => {
                return Err(invalid(format!(
                    "{word} of a watched folder is true or false."
                )));
            }
            _ => {
                let shown: String = word.chars().take(60).collect();
                return Err(invalid(format!(
                    "A watched folder has no {shown}. It has {WORDS}."
                )));
            }
        }
    }
    if root.path.is_empty() {
        return Err(invalid("A watched folder needs its path.".to_owned()));
    }
    Ok(root)
}

/// Looks whether all of it can be done: below the folders that may be chosen in a browser, neither inside nor around
/// one that is watched, under names that no other one has.
pub(crate) async fn plan(
    store: &Store,
    options: &Options,
    told: Vec<ToldRoot>,
) -> Result<Plan, Error> {
    let rows = store.roots().await?;
    let mut plan = Plan::default();
    // Path and name of every one that is there, or will be.
    let mut there: Vec<(String, String)> = rows
        .iter()
        .map(|row| (row.path.clone(), row.name.clone()))
        .collect();
    let mut met: Vec<String> = Vec::new();
    for root in told {
        let known = |path: &str| rows.iter().find(|row| row.path == path);
        // One that is watched may be away right now.
        let mut row = known(&root.path);
        let mut place = None;
        if row.is_none() {
            let (real, text) = allowed(&options.picker, &root.path).await?;
            row = known(&text);
            place = Some((real, text));
        }
        let path = row.map_or_else(
            || {
                place
                    .as_ref()
                    .map(|(_, text)| text.clone())
                    .unwrap_or_default()
            },
            |row| row.path.clone(),
        );
        if met.contains(&path) {
            return Err(invalid(format!("The file names the folder {path} twice.")));
        }
        met.push(path.clone());
        let begins = |told: Option<bool>, is: bool| told == Some(true) && !is;
        let is = row.map(|row| (row.allow_organise, row.allow_sidecars));
        let (organise, sidecars) = is.unwrap_or_default();
        if begins(root.allow_organise, organise) || begins(root.allow_sidecars, sidecars) {
            refuse_unwritable(&path).await?;
        }
        if let Some(name) = &root.name {
            refuse_taken(name, &path, &there)?;
        }
        match (row, place) {
            (Some(row), _) if row.kind == RootKind::Managed => {
                return Err(Error::told(
                    ProblemKind::Conflict,
                    format!(
                        "{path} belongs to Proofsheet's own data, and no file of settings changes it. Nothing was \
                         changed; take it out of the file."
                    ),
                ));
            }
            (Some(row), _) => {
                let named = root.name.clone();
                there.extend(named.map(|name| (path, name)));
                plan.change.push((row.clone(), root));
            }
            (None, Some((real, _))) => {
                for (other, _) in &there {
                    refuse_nested(&real, Path::new(other))?;
                }
                let taken: Vec<String> = there.iter().map(|(_, name)| name.clone()).collect();
                let own = || free_name(&short_name(&real), &taken);
                let name = root.name.unwrap_or_else(own);
                there.push((path.clone(), name.clone()));
                let new = NewRoot {
                    id: RootId(options.clock.mint()),
                    name,
                    path,
                    kind: RootKind::Linked,
                    allow_delete: root.allow_delete.unwrap_or_default(),
                    allow_organise: root.allow_organise.unwrap_or_default(),
                    allow_sidecars: root.allow_sidecars.unwrap_or_default(),
                    role: root.role.unwrap_or_default(),
                    added: options.clock.now(),
                };
                plan.add.push((new, root.paused.unwrap_or_default()));
            }
            (None, None) => {}
        }
    }
    Ok(plan)
}

impl Plan {
    /// Does it; `false` when there was nothing to do. Whoever has the gallery open looks at the folders then.
    pub(crate) async fn carry_out(
        self,
        store: &Store,
        options: &Options,
        actor: &str,
    ) -> Result<bool, Error> {
        let mut did = false;
        for (new, paused) in self.add {
            let row = store.add_root(new).await?;
            if paused {
                store.pause_root(row.id, true).await?;
            }
            did = true;
        }
        for (row, told) in self.change {
            did |= change(store, options, &row, told, actor).await?;
        }
        Ok(did)
    }
}

async fn change(
    store: &Store,
    options: &Options,
    row: &RootRow,
    told: ToldRoot,
    actor: &str,
) -> Result<bool, Error> {
    let mut did = false;
    if let Some(name) = told.name.filter(|name| *name != row.name) {
        store.rename_root(row.id, &name).await?;
        rename_in_sets(store, &options.clock, (&row.name, &name), actor).await?;
        did = true;
    }
    if let Some(role) = told.role.filter(|role| *role != row.role) {
        store.set_root_role(row.id, role).await?;
        did = true;
    }
    let differs = |told: Option<bool>, is: bool| told.filter(|told| *told != is);
    if let Some(on) = differs(told.allow_delete, row.allow_delete) {
        store.allow_delete(row.id, on).await?;
        did = true;
    }
    if let Some(on) = differs(told.allow_organise, row.allow_organise) {
        store.allow_organise(row.id, on).await?;
        did = true;
    }
    if let Some(on) = differs(told.allow_sidecars, row.allow_sidecars) {
        store.allow_sidecars(row.id, on).await?;
        did = true;
    }
    if let Some(on) = differs(told.paused, row.paused) {
        store.pause_root(row.id, on).await?;
        did = true;
    }
    Ok(did)
}

/// Refuses a name that another folder has, or had when this file came: names that change places would be taken for
/// each other by the filters of photosets.
fn refuse_taken(name: &str, path: &str, there: &[(String, String)]) -> Result<(), Error> {
    let taken =
        |(other, has): &&(String, String)| other != path && normalise(has) == normalise(name);
    match there.iter().find(taken) {
        None => Ok(()),
        Some((other, has)) => Err(Error::told(
            ProblemKind::Conflict,
            format!(
                "Another watched folder is called {has}: {other}. Nothing was changed; choose another name."
            ),
        )),
    }
}

fn no_tables() -> Error {
    invalid(format!(
        "Watched folders are tables below [[roots]], each with {WORDS}."
    ))
}

fn invalid(sentence: String) -> Error {
    Error::told(ProblemKind::Invalid, sentence + " Nothing was changed.")
}
