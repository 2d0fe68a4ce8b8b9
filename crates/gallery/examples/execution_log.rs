//! How long a log of executions with five columns takes, and how much of it a second time.
//!
//! `cargo run --release -p gallery --example execution_log -- /tmp/pictures 100000 [DATABASE]`: the folder is
//! painted once.
#![expect(clippy::print_stdout, reason = "it is there to print figures")]

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    time::Instant,
};

use domain::{query::Query, time::Timestamp};
use gallery::{DemoPlan, Error, Gallery, Options};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_default());
    let count = arguments.next().and_then(|count| count.parse().ok());
    let plan = DemoPlan {
        count: count.unwrap_or(10_000),
        seed: 7,
        small: true,
        newest: Timestamp(1_780_000_000_000),
    };
    if !folder.exists() {
        gallery::write_demo(&folder, &plan, 2, |_| {})?;
    }
    let data = tempfile::tempdir().map_err(Error::file("making a folder"))?;
    let mut options = Options::new(data.path());
    (options.watch, options.finish) = (false, false);
    options.database = arguments.next();
    let gallery = Gallery::open(options).await?;
    gallery.roots().add(&folder.to_string_lossy()).await?;
    gallery.scans().run().await?;
    let mut log = "file_path,execution_id,persona,status,mood,duration\n".to_owned();
    let mut lines = 0;
    write_lines(&folder, &mut log, &mut lines);
    println!("{lines} lines, {} kB", log.len() / 1000);
    let exchange = gallery.exchange();
    for step in ["plan", "apply", "again", "plan"] {
        let before = Instant::now();
        let file = log.clone().into_bytes();
        let told = match step {
            "plan" => exchange.plan("log.csv", file).await?,
            _ => exchange.apply("log.csv", file, "measuring").await?,
        };
        println!(
            "{step}: {:.1?}, {} matched, {} changes",
            before.elapsed(),
            told.matched,
            told.changes()
        );
    }
    let before = Instant::now();
    let found = gallery.search();
    let query = Query::parse("param.log.mood=blue");
    let page = found.first_page(&query, 10).await?;
    println!(
        "param.log.mood=blue: {:.1?}, {:?}",
        before.elapsed(),
        page.head.total
    );
    let judge = gallery.judge();
    for operation in judge.operations(None, None).await? {
        let before = Instant::now();
        judge.undo(operation.id, gallery::By::from("me")).await?;
        println!("taken back: {:.1?}", before.elapsed());
    }
    gallery.close().await;
    Ok(())
}

fn write_lines(folder: &Path, log: &mut String, lines: &mut u32) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            write_lines(&path, log, lines);
            continue;
        }
        *lines += 1;
        let (path, number) = (path.display(), *lines);
        let mood = ["blue", "red", "green"][number as usize % 3];
        let _ = writeln!(
            log,
            "\"{path}\",run-{number:08},Persona {},completed,{mood},{}.5",
            number % 7,
            number % 90
        );
    }
}
