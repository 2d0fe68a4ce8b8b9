//! Results, windows and their neighbours.

use domain::{
    id::ImageId, problem::ProblemKind, query::Query, selection::ASKED_LIMIT, window::Window,
};
use testkit::{Library, picture};

async fn library_of(count: u32) -> Library {
    let library = Library::new(|_| {}).await;
    for seed in 0..count {
        let prompt = if seed % 3 == 0 {
            "neon city"
        } else {
            "a quiet dune"
        };
        library.write(&format!("{seed:05}.png"), &picture::a1111(prompt, seed));
    }
    library.scan().await;
    library
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_give_every_picture_exactly_once_while_others_arrive() {
    let library = library_of(60).await;
    let search = library.gallery.search();
    let first = search
        .first_page(&Query::parse("q=quiet&sort=seed"), 7)
        .await
        .unwrap();
    assert_eq!(first.head.total, Some(40));
    let result = first.head.id.unwrap();
    let mut names = Vec::new();
    for offset in (0..40).step_by(7) {
        library.write(
            &format!("new {offset}.png"),
            &picture::a1111("a quiet dune", 9000),
        );
        library.scan().await;
        let page = search
            .window(result, Window { offset, len: 7 })
            .await
            .unwrap();
        names.extend(page.cards.into_iter().map(|card| card.name));
    }
    let expected: Vec<String> = (0..60)
        .filter(|seed| seed % 3 != 0)
        .map(|seed| format!("{seed:05}.png"))
        .collect();
    assert_eq!(names, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_is_put_away_after_a_quarter_of_an_hour() {
    let library = library_of(3).await;
    let search = library.gallery.search();
    let result = search
        .first_page(&Query::default(), 10)
        .await
        .unwrap()
        .head
        .id
        .unwrap();
    let window = Window { offset: 0, len: 10 };
    library.clock.advance(14 * 60 * 1000);
    assert!(search.window(result, window).await.is_ok());
    library.clock.advance(16 * 60 * 1000);
    let stale = search.window(result, window).await.unwrap_err().problem();
    assert_eq!(stale.kind, ProblemKind::Stale);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_told_how_each_picture_was_made_and_a_grid_is_not() {
    let library = library_of(3).await;
    let search = library.gallery.search();
    let first = async |text: &str| search.first_page(&Query::parse(text), 2).await.unwrap();
    let grid = first("sort=seed").await;
    assert_eq!((grid.page.cards.len(), grid.page.facts.len()), (2, 0));
    let list = first("sort=seed&view=list").await;
    assert_eq!(list.page.cards, grid.page.cards);
    let told = |page: &domain::window::Page| -> Vec<_> {
        let facts = page.facts.iter();
        facts.map(|row| (row.seed, row.model.clone())).collect()
    };
    let model = Some("dunes_v2".to_owned());
    assert_eq!(
        told(&list.page),
        [(Some(0), model.clone()), (Some(1), model.clone())]
    );
    let window = Window { offset: 1, len: 9 };
    let rest = search.rows(list.head.id.unwrap(), window).await.unwrap();
    assert_eq!(told(&rest), [(Some(1), model.clone()), (Some(2), model)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn neighbours_know_the_ends() {
    let library = library_of(9).await;
    let search = library.gallery.search();
    let query = Query::parse("sort=name");
    let cards = library.find("sort=name").await;
    for (position, card) in cards.iter().enumerate() {
        let beside = search.neighbours(None, &query, card.id).await.unwrap();
        assert_eq!((beside.position, beside.total), (position as u64, 9));
        assert_eq!(beside.before, cards[position.saturating_sub(2)..position]);
        assert_eq!(beside.after, cards[position + 1..(position + 3).min(9)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_outside_a_result_are_counted() {
    let library = library_of(9).await;
    let search = library.gallery.search();
    let query = Query::parse("q=quiet");
    let all = library.find("sort=name").await;
    let ids: Vec<ImageId> = all.iter().map(|card| card.id).collect();
    let result = search.first_page(&query, 1).await.unwrap().head.id;
    let everything = Query::default();
    // What is held says more than the query that comes with it.
    assert_eq!(search.outside(result, &everything, &ids).await.unwrap(), 3);
    library.clock.advance(16 * 60 * 1000);
    assert_eq!(search.outside(result, &everything, &ids).await.unwrap(), 0);
    assert_eq!(search.outside(None, &query, &ids[..4]).await.unwrap(), 2);
    let strange = [ids[1], ids[1], ImageId(1)];
    assert_eq!(search.outside(None, &query, &strange).await.unwrap(), 1);
    let many = vec![ids[1]; ASKED_LIMIT + 1];
    let refused = search.outside(None, &query, &many).await.unwrap_err();
    assert_eq!(refused.problem().kind, ProblemKind::TooLarge);
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_follow_the_query() {
    let library = library_of(30).await;
    let facets = library
        .gallery
        .search()
        .facets(&Query::parse("q=neon"))
        .unwrap();
    assert!(!facets.counting);
    let models = facets
        .values
        .iter()
        .find(|facet| facet.field == domain::query::Field::Model);
    let models = models.unwrap();
    assert_eq!(
        (models.values[0].value.as_str(), models.values[0].count),
        ("dunes_v2", 10)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_picture_holds_it() {
    let library = library_of(30).await;
    let cards = library.find("").await;
    let query = Query {
        image: Some(cards[23].id),
        ..Query::default()
    };
    let page = library
        .gallery
        .search()
        .first_page(&query, 10)
        .await
        .unwrap();
    assert_eq!(page.head.at, Some(23));
    assert_eq!(page.page.offset, 20);
    assert_eq!(page.page.cards, cards[20..30]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_library_asks_for_a_folder() {
    let data = tempfile::tempdir().unwrap();
    let gallery = gallery::Gallery::open(gallery::Options::new(data.path()))
        .await
        .unwrap();
    let page = gallery
        .search()
        .first_page(&Query::default(), 10)
        .await
        .unwrap();
    assert!(page.first_run);
}
