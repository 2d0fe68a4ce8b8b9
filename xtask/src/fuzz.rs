//! `cargo xtask fuzz`: brings inputs that a machine invents to every reader of `metadata`.
//!
//! It needs no nightly compiler and no other tool: what libFuzzer wants to know about the paths
//! that a run took is a pass of LLVM, which the stable compiler knows by its name. All targets are
//! one program, so that there is one thing to link.
//!
//! Everything lies in `fuzz` of cargo's output: `seeds` (first inputs, from what the tests build),
//! `corpus` (what took new paths, kept from run to run), `found` (what broke a promise).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::process::{self, answer, cargo, quietly};
use crate::project::Project;
use crate::steps::{self, Step, Steps, seconds};

/// Seconds for each target, where the command line says nothing.
const SECONDS: u32 = 60;

/// The longest input, in bytes. Longer ones are what the stretching is for.
const LONGEST: u32 = 65_536;

/// What makes a compiler count the paths that are taken and the values that are compared.
const FLAGS: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg=fuzzing",
];

/// Fuzzes every target, or those that are named, and stops at the first input that breaks a promise.
pub(crate) fn run(verbose: bool, arguments: &[String]) -> Result<()> {
    let wish = understand(arguments)?;
    let place = Place::of(&Project::here())?;
    if let Some(input) = &wish.replay {
        let mut steps = Steps::new(3, verbose);
        prepare(&place, &wish, &mut steps)?;
        return steps.run(&format!("Replaying {}", input.display()), |step| {
            replay(&place, &wish, input, step)
        });
    }
    let mut steps = Steps::new(2, verbose);
    let targets = prepare(&place, &wish, &mut steps)?;
    steps.extend(targets.len());
    for target in &targets {
        steps.run(&format!("Fuzzing {target}"), |step| {
            fuzz(&place, target, wish.seconds, step)
        })?;
    }
    steps::say(&format!(
        "\nNothing was found in {} targets of {}; what took new paths is kept in {}.",
        targets.len(),
        seconds(std::time::Duration::from_secs(wish.seconds.into())),
        place.folder.join("corpus").display()
    ));
    Ok(())
}

/// What the words after `--` ask for.
#[derive(Debug, PartialEq)]
struct Wish {
    seconds: u32,
    replay: Option<PathBuf>,
    targets: Vec<String>,
}

fn understand(arguments: &[String]) -> Result<Wish> {
    let mut wish = Wish {
        seconds: SECONDS,
        replay: None,
        targets: Vec::new(),
    };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seconds" => {
                let number = words.next().and_then(|text| text.parse().ok());
                wish.seconds = number
                    .filter(|seconds| *seconds > 0)
                    .context("`--seconds` is followed by a number above 0")?;
            }
            "--replay" => {
                let file = words.next().context("`--replay` is followed by a file")?;
                wish.replay = Some(PathBuf::from(file));
            }
            other if other.starts_with('-') => {
                bail!("`{other}` is not understood; `cargo xtask help` shows what is")
            }
            target => wish.targets.push(target.to_owned()),
        }
    }
    ensure!(
        wish.replay.is_none() || wish.targets.len() == 1,
        "`--replay FILE` is followed by the name of one target"
    );
    Ok(wish)
}

/// Where things are, and for which machine they are built.
struct Place {
    root: PathBuf,
    folder: PathBuf,
    machine: String,
}

impl Place {
    fn of(project: &Project) -> Result<Self> {
        let said = answer("rustc", &["--version", "--verbose"]).context("there is no `rustc`")?;
        let machine = said.lines().find_map(|line| line.strip_prefix("host: "));
        Ok(Self {
            root: project.root.clone(),
            folder: project.target.join("fuzz"),
            machine: machine.context("`rustc -vV` names no host")?.to_owned(),
        })
    }

    /// A folder of one target, made when it is missing.
    fn of_target(&self, kind: &str, target: &str) -> Result<PathBuf> {
        let folder = self.folder.join(kind).join(target);
        fs::create_dir_all(&folder)
            .with_context(|| format!("{} could not be made", folder.display()))?;
        Ok(folder)
    }

    /// The program with all targets.
    fn program(&self) -> Command {
        let name = format!("fuzz{}", std::env::consts::EXE_SUFFIX);
        let built = self.folder.join("build").join(&self.machine);
        let mut command = Command::new(built.join("release").join(name));
        command.stdin(Stdio::null());
        command
    }
}

/// Builds, writes the first inputs, and gives the targets of the wish.
fn prepare(place: &Place, wish: &Wish, steps: &mut Steps) -> Result<Vec<String>> {
    steps.run("Compiling the fuzz targets", |step| build(place, step))?;
    let known = steps.run("Writing the first inputs", |step| seeds(place, step))?;
    for target in &wish.targets {
        ensure!(
            known.contains(target),
            "there is no target `{target}`; there are {}",
            known.join(", ")
        );
    }
    Ok(if wish.targets.is_empty() {
        known
    } else {
        wish.targets.clone()
    })
}

fn build(place: &Place, step: &Step) -> Result<()> {
    let mut command = cargo(&place.root);
    command.args(["build", "--release", "--locked", "--target", &place.machine]);
    command.args(["--manifest-path", "crates/metadata/fuzz/Cargo.toml"]);
    command.env("CARGO_TARGET_DIR", place.folder.join("build"));
    // With a target named, cargo keeps these flags from build scripts, which have no libFuzzer.
    command.env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"));
    quietly(&mut command, step).context(
        "the fuzz targets do not build; libFuzzer needs a C++ compiler \
         (on Debian: sudo apt-get install g++)",
    )
}

fn seeds(place: &Place, step: &Step) -> Result<Vec<String>> {
    let folder = place.folder.join("seeds");
    // Without those of yesterday's tests.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).with_context(|| format!("{} is needed", folder.display()))?;
    let mut program = place.program();
    let names = process::heard(program.env("FUZZ_PREPARE", &folder), step)?;
    Ok(names.lines().map(str::to_owned).collect())
}

/// Short inputs for the time that was asked for, then the same stretched for a fifth of it.
fn fuzz(place: &Place, target: &str, time: u32, step: &Step) -> Result<()> {
    let corpus = place.of_target("corpus", target)?;
    let found = place.of_target("found", target)?;
    let mut program = limited(place, target);
    program.args([&corpus, &place.of_target("seeds", target)?]);
    program.arg(format!("-max_total_time={time}"));
    program.arg(format!("-max_len={LONGEST}"));
    let words = place.folder.join("seeds/words");
    program.arg(format!("-dict={}", words.display()));
    program.arg(format!("-artifact_prefix={}/", found.display()));
    let (code, said) = listen(&mut program, step)?;
    if let Some(last) = figures(&said) {
        step.note(last);
    }
    judge(target, code, &said, &found)?;
    let mut program = place.program();
    program.env("FUZZ_TARGET", target);
    program.env("FUZZ_STRETCH", &corpus);
    program.env("FUZZ_FOUND", &found);
    program.env("FUZZ_SECONDS", time.div_ceil(5).to_string());
    let (code, said) = listen(&mut program, step)?;
    judge(target, code, &said, &found)
}

/// Nothing, or the sentence about what was found.
fn judge(target: &str, code: Option<i32>, said: &str, found: &Path) -> Result<()> {
    if code == Some(0) {
        return Ok(());
    }
    let input = said
        .lines()
        .find_map(|line| line.split("Test unit written to ").nth(1));
    let Some(input) = input.map(str::trim) else {
        steps::replay(said);
        bail!("the target `{target}` ended without saying why");
    };
    let log = found.join("log");
    // The sentence below is enough without it.
    let _ = fs::write(&log, said);
    bail!(
        "the target `{target}` {}.\n\
         The input is kept as\n\n    {input}\n\n\
         and what was said in {}. Run it again with\n\n    \
         cargo xtask fuzz -- --replay {input} {target}\n\n\
         When it is repaired, add the input to crates/metadata/tests/regressions under a name that says \
         what is wrong with it: `cargo test -p metadata --test regressions` reads all of them from then on.",
        trouble(said),
        log.display(),
    );
}

/// The program with what holds for every input: two seconds, and half a gigabyte for the process.
fn limited(place: &Place, target: &str) -> Command {
    let mut program = place.program();
    program.env("FUZZ_TARGET", target);
    program.args(["-timeout=2", "-rss_limit_mb=512"]);
    program
}

fn replay(place: &Place, wish: &Wish, input: &Path, step: &Step) -> Result<()> {
    ensure!(input.is_file(), "there is no file {}", input.display());
    let target = &wish.targets[0];
    let (code, said) = listen(limited(place, target).arg(input), step)?;
    if code == Some(0) {
        step.note("nothing wrong");
        return Ok(());
    }
    steps::replay(&said);
    bail!("with this input the target `{target}` {}", trouble(&said));
}

/// Runs to the end; how it ended, and everything that it said.
fn listen(program: &mut Command, step: &Step) -> Result<(Option<i32>, String)> {
    let output = program
        .output()
        .context("the fuzz targets could not be started")?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if step.verbose {
        steps::replay(&said);
    }
    Ok((output.status.code(), said))
}

/// `1208 runs/s, 6476 edges, 1418 inputs`, from libFuzzer's last line.
fn figures(said: &str) -> Option<String> {
    let line = said.lines().rfind(|line| line.contains(" exec/s: "))?;
    let after = |name: &str| {
        let mut words = line.split_whitespace();
        words.find(|word| *word == name)?;
        words.next()
    };
    let inputs = after("corp:")?.split('/').next()?;
    Some(format!(
        "{} runs/s, {} edges, {inputs} inputs",
        after("exec/s:")?,
        after("cov:")?
    ))
}

/// What went wrong, as the rest of a sentence about the target.
fn trouble(said: &str) -> String {
    let said_so = |words: &str| said.contains(words);
    if said_so("grows faster than its input") {
        "needs ever more time for an input that was stretched".to_owned()
    } else if said_so("ERROR: libFuzzer: timeout") {
        "needed more than 2 seconds for one input".to_owned()
    } else if said_so("more memory than one reading may hold") || said_so("out-of-memory") {
        "held more memory than one reading may".to_owned()
    } else {
        let mut lines = said
            .lines()
            .skip_while(|line| !line.contains("panicked at"));
        let place = lines
            .next()
            .and_then(|line| line.split("panicked at ").nth(1));
        match place {
            Some(place) => format!("panicked at {} {}", place, lines.next().unwrap_or_default()),
            None => "crashed".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Result<Wish> {
        understand(
            &text
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn seconds_and_targets_may_come_in_any_order() {
        let wish = words("png --seconds 5 gif").unwrap();
        assert_eq!(
            (wish.seconds, wish.targets.join(" ").as_str()),
            (5, "png gif")
        );
        assert_eq!(words("").unwrap().seconds, SECONDS);
        for wrong in [
            "--seconds",
            "--seconds 0",
            "--second 5",
            "--replay a",
            "--replay a b c",
        ] {
            assert!(words(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_last_line_of_libfuzzer_becomes_figures() {
        let said = "#2 INITED cov: 1 ft: 1 corp: 1/1b exec/s: 0 rss: 30Mb\n\
            #25376\tDONE   cov: 6476 ft: 14425 corp: 1418/864Kb lim: 7856 exec/s: 1208 rss: 45Mb\nDone\n";
        assert_eq!(
            figures(said).as_deref(),
            Some("1208 runs/s, 6476 edges, 1418 inputs")
        );
    }

    #[test]
    fn trouble_is_told_apart() {
        let panic = "thread 'x' panicked at src/a.rs:1:2:\nno such thing\nnote: run with";
        assert_eq!(trouble(panic), "panicked at src/a.rs:1:2: no such thing");
        assert!(trouble("==1== ERROR: libFuzzer: timeout after 2").contains("2 seconds"));
        assert!(trouble("==1== ERROR: libFuzzer: out-of-memory (used").contains("memory"));
        assert_eq!(trouble("deadly signal"), "crashed");
    }
}
