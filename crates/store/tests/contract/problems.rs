//! Files that could not be read.

use domain::{scan::ScanProblem, time::Timestamp};
use store::rows::NewProblem;

use crate::support::{COUNTS, new_root, open_with_root};

testkit::on_both_engines!(
    problems_come_newest_first,
    a_path_has_one_problem,
    cleared_problems_are_gone,
    problems_go_with_their_root,
);

fn problem(path: &str, at: i64) -> NewProblem {
    NewProblem {
        path: path.to_owned(),
        code: "truncated".to_owned(),
        message: format!("The file {path} ends too early."),
        at: Timestamp(at),
    }
}

async fn problems_come_newest_first(url: &str) {
    let (store, root) = open_with_root(url).await;
    for count in COUNTS {
        // Ties: three files were noticed at the same time.
        let problems = (0..count).map(|n| problem(&format!("ü/{n:04}"), n as i64 / 3));
        store
            .set_problems(root.key, problems.collect())
            .await
            .unwrap();
        let mut found: Vec<ScanProblem> = Vec::new();
        loop {
            let (total, window) = store.problems(found.len() as u64, 200).await.unwrap();
            assert_eq!(total, count);
            if window.is_empty() {
                break;
            }
            found.extend(window);
        }
        assert_eq!(found.len() as u64, count);
        assert!(found.is_sorted_by(|a, b| a.at > b.at || (a.at == b.at && a.path < b.path)));
        assert!(found.iter().all(|problem| problem.root == root.name));
        assert_eq!(
            store.problem_paths(root.key).await.unwrap().len() as u64,
            count
        );
    }
}

async fn a_path_has_one_problem(url: &str) {
    let (store, root) = open_with_root(url).await;
    let twice = vec![problem("a", 1), problem("a", 2)];
    store.set_problems(root.key, twice).await.unwrap();
    assert_eq!(store.problems(0, 9).await.unwrap().1[0].at, Timestamp(2));
    let worse = NewProblem {
        code: "empty".to_owned(),
        ..problem("a", 3)
    };
    store
        .set_problems(root.key, vec![worse, problem("b", 4)])
        .await
        .unwrap();
    let (total, problems) = store.problems(0, 9).await.unwrap();
    assert_eq!((total, problems[1].code.as_str()), (2, "empty"));
    assert_eq!(problems[0].message, "The file b ends too early.");
}

async fn cleared_problems_are_gone(url: &str) {
    let (store, root) = open_with_root(url).await;
    let paths = ["a", "漢字/'\"\\", "c"];
    let problems = paths.iter().map(|path| problem(path, 1)).collect();
    store.set_problems(root.key, problems).await.unwrap();
    store.clear_problems(root.key, &[]).await.unwrap();
    store
        .clear_problems(root.key + 1, &["a".to_owned()])
        .await
        .unwrap();
    let known = async || {
        let known = store.problem_paths(root.key).await.unwrap();
        let paths = known.into_iter().map(|(path, code)| {
            assert_eq!(code, problem("a", 1).code);
            path
        });
        paths.collect::<Vec<_>>()
    };
    assert_eq!(known().await, ["a", "c", "漢字/'\"\\"]);
    let cleared = [paths[1].to_owned(), "a".to_owned(), "unknown".to_owned()];
    store.clear_problems(root.key, &cleared).await.unwrap();
    assert_eq!(known().await, ["c"]);
}

async fn problems_go_with_their_root(url: &str) {
    let (store, root) = open_with_root(url).await;
    let other = store.add_root(new_root(2)).await.unwrap();
    store
        .set_problems(root.key, vec![problem("a", 1)])
        .await
        .unwrap();
    store
        .set_problems(other.key, vec![problem("a", 1)])
        .await
        .unwrap();
    store.remove_root(root.id).await.unwrap();
    let (total, problems) = store.problems(0, 9).await.unwrap();
    assert_eq!((total, problems[0].root.as_str()), (1, "root 2"));
}
