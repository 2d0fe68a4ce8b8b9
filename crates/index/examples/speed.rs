//! How fast the index is here: `cargo run --release -p index --example speed -- 100000`.
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::{env, fs, hint::black_box, time::Instant};

use domain::{
    facts::Facts,
    id::ImageId,
    image::Format,
    insight::{KeepOrder, KeepRate},
    judgement::{Judgement, Verdict},
    query::{Field, Query},
    time::{DAY, Timestamp},
    window::Window,
};
use index::Index;

const NOW: Timestamp = Timestamp(20_500 * DAY);

/// `SplitMix64`.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (value ^ value >> 31) % end
    }

    /// Small numbers often, large ones seldom.
    fn skewed(&mut self, end: u64) -> u64 {
        let part = self.below(1 << 20) as f64 / f64::from(1 << 20);
        (part * part * part * end as f64) as u64
    }
}

/// About 300 characters of words out of 4,000, the same for the same number.
fn prompt(number: u64) -> String {
    let mut chance = Chance(number);
    let mut text = String::new();
    while text.len() < 300 {
        text.push_str(&word(chance.skewed(4000)));
        text.push_str(", ");
    }
    text
}

fn word(number: u64) -> String {
    const SYLLABLES: [&str; 16] = [
        "ne", "on", "ci", "ty", "ra", "in", "fo", "rest", "glow", "sha", "dow", "li", "ght",
        "port", "mist", "star",
    ];
    let mut rest = number;
    let mut text = String::new();
    for _ in 0..3 {
        text.push_str(SYLLABLES[(rest % 16) as usize]);
        rest /= 16;
    }
    text
}

fn row(key: i64, total: u64) -> Facts {
    let mut chance = Chance(key as u64);
    let samplers = [
        "euler",
        "euler_ancestral",
        "dpmpp_2m",
        "dpmpp_sde",
        "ddim",
        "uni_pc",
    ];
    let sizes = [
        (1024, 1024),
        (832, 1216),
        (1216, 832),
        (512, 512),
        (768, 1344),
        (1920, 1080),
    ];
    let (width, height) = sizes[chance.below(6) as usize];
    // Every fourth prompt is new.
    let text = if chance.below(4) == 0 {
        key as u64
    } else {
        chance.below(total / 4 + 1) * 4
    };
    let loras: Vec<String> = (0..chance.below(4))
        .map(|_| format!("lora_{}.safetensors", chance.skewed(300)))
        .collect();
    let age = (total - key as u64) * 600_000 + chance.below(86_400_000);
    Facts {
        key,
        id: ImageId(u128::from(key as u64) << 80 | u128::from(chance.below(u64::MAX))),
        date: Timestamp(NOW.0 - age as i64),
        added: Timestamp(NOW.0 - age as i64 / 2),
        name: format!("ComfyUI_{key:08}_.png"),
        folder: format!(
            "output/2026-{:02}/{:02}",
            chance.below(12) + 1,
            chance.below(28) + 1
        ),
        models: vec![format!("sdxl/model_{}.safetensors", chance.skewed(60))],
        lora_weights: loras
            .iter()
            .map(|_| Some(0.3 + chance.below(8) as f64 / 10.0))
            .collect(),
        loras,
        vae: None,
        samplers: vec![samplers[chance.below(6) as usize].to_owned()],
        schedulers: vec![["normal", "karras", "simple"][chance.below(3) as usize].to_owned()],
        tool: ["comfyui", "a1111"][usize::from(chance.below(5) == 0)].to_owned(),
        format: Format::Png,
        seeds: vec![chance.below(u64::MAX)],
        steps: Some(20 + chance.skewed(40) as u32),
        cfg: Some(chance.below(30) as f64 / 2.0),
        width,
        height,
        bytes: 500_000 + chance.below(1_500_000),
        positive: prompt(text),
        negative: format!("blurry, lowres {}", chance.skewed(500)),
        has_workflow: true,
        judgement: Judgement {
            verdict: Verdict::ALL[chance.below(3) as usize],
            ..Judgement::default()
        },
        ..Facts::default()
    }
}

/// Anonymous memory of this process in megabytes, where the system tells it.
fn resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or(f64::NAN) / 1000.0
}

/// Fastest, median and slowest time in milliseconds; on a busy machine the fastest tells most.
/// Only what has the second argument in its name.
fn time<T>(name: &str, mut work: impl FnMut() -> T) {
    if env::args().nth(2).is_some_and(|part| !name.contains(&part)) {
        return;
    }
    let mut times: Vec<f64> = (0..15)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "{name:<56} {:>9.3} {:>9.3} {:>9.3} ms",
        times[0], times[7], times[14]
    );
}

fn main() {
    let total: u64 = env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(100_000);
    println!("{total} pictures");
    let before = resident();
    let mut index = Index::default();
    let mut build = 0.0;
    // In batches as they come from the database, so that the rows themselves take little memory.
    for start in (1..=total).step_by(20_000) {
        let end = (start + 20_000).min(total + 1);
        let rows: Vec<Facts> = (start..end).map(|key| row(key as i64, total)).collect();
        let clock = Instant::now();
        index = index.apply(rows, &[]);
        build += clock.elapsed().as_secs_f64();
    }
    println!("{:<48} {build:>9.3} s", "build, in batches of 20,000");
    println!(
        "{:<48} {:>9.1} MB   process {:.1}",
        "memory",
        index.memory() as f64 / 1e6,
        resident() - before
    );

    for text in [
        "",
        "model=model_1",
        "model=model_1,model_2&steps=25..30&cfg=..7",
        "date=7d..",
        "seed=42",
        "name=comfyui_0000*",
    ] {
        let query = Query::parse(text);
        let found = index.count(&query, NOW);
        time(&format!("count '{text}' = {found}"), || {
            index.count(&query, NOW)
        });
        time("  find, newest first", || index.find(&query, NOW));
    }
    for (name, word) in [
        ("common word", "neon".to_owned()),
        ("letter", "e".to_owned()),
        ("rare word", word(3990)),
        ("no such word", "xylophone".to_owned()),
        ("Chinese letter", "漢".to_owned()),
        ("phrase of common words", "\"neon, city\"".to_owned()),
        ("two words and a phrase", "neon city \"rain, \"".to_owned()),
    ] {
        let query = Query::default().with_words(&word);
        let found = index.count(&query, NOW);
        time(&format!("{name} = {found}"), || index.find(&query, NOW));
    }
    for sort in [
        "-date",
        "name",
        "-seed",
        "model",
        "cfg",
        "random:3",
        "bytes",
        "-date,name",
        "model,-date",
        "steps,cfg,mp,name",
    ] {
        let query = Query::parse(&format!("sort={sort}"));
        time(&format!("everything by {sort}"), || index.find(&query, NOW));
    }
    for text in ["", "model=model_1", "q=neon&model=model_1&sampler=euler"] {
        let query = Query::parse(text);
        time(&format!("10 facets, 4 histograms '{text}'"), || {
            index.facets(&query, NOW)
        });
    }
    compare(&index);
    let query = Query::default();
    time("suggest a LoRA", || {
        index.suggest(Field::Lora, "2", &query, NOW, 20)
    });
    let found = index.find(&query, NOW);
    let window = Window {
        offset: total / 2,
        len: 200,
    };
    time("window of 200 in the middle", || found.keys(&index, window));
    let id = index.id_of(total as i64 / 3).unwrap_or(ImageId(0));
    time("position of a picture", || found.position(&index, id));
    time("timeline", || index.timeline(&found));
    let changes = |first: u64| -> Vec<Facts> {
        (0..1000)
            .map(|number| row((first + number * 37) as i64, total))
            .collect()
    };
    let (fresh, again) = (changes(total + 1), changes(1));
    time("apply 1,000 new rows (with a copy of them)", || {
        index.apply(fresh.clone(), &[])
    });
    time("apply 1,000 changed rows", || {
        index.apply(again.clone(), &[])
    });
    time("copy of 1,000 rows", || fresh.clone());
    let removed: Vec<i64> = (1..=1000).map(|number| number * 41).collect();
    time("apply 1,000 removals", || index.apply(Vec::new(), &removed));
}

/// What is kept, and what there is.
fn compare(index: &Index) {
    let mut fields = KeepRate::FIELDS.to_vec();
    fields.retain(|field| *field != Field::Token);
    for text in ["", "model=model_1", "q=neon&model=model_1&sampler=euler"] {
        let query = Query::parse(text);
        time(&format!("keep-rate without tokens '{text}'"), || {
            index.keep_rate(&query, NOW, &fields, KeepOrder::Sure, 12)
        });
    }
    let query = Query::default();
    for field in fields {
        time(&format!("keep-rate by {}", field.key()), || {
            index.keep_rate(&query, NOW, &[field], KeepOrder::Sure, 12)
        });
    }
    let clock = Instant::now();
    index.learn_tokens();
    println!(
        "{:<48} {:>9.3} s",
        "reading the tokens of all prompts",
        clock.elapsed().as_secs_f64()
    );
    time("keep-rate by token", || {
        index.keep_rate(&query, NOW, &[Field::Token], KeepOrder::Sure, 12)
    });
    time("what the library is made of", || {
        index.holdings(&query, NOW, 24)
    });
}
