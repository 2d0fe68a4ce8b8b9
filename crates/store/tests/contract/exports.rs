//! Prepared downloads.

use domain::{
    export::{ExportOptions, ExportRequest, ExportState},
    id::{ExportId, ImageId, ResultId},
    selection::Selection,
    time::Timestamp,
};
use store::{StoreError, rows::ExportRow};

use crate::support::open;

testkit::on_both_engines!(
    an_export_comes_back_as_it_was_saved,
    an_export_is_replaced_as_a_whole,
    old_exports_are_found_and_removed,
);

pub(crate) fn row(number: u128) -> ExportRow {
    let selection = Selection::AllBut {
        result: ResultId(5),
        query: "q=漢字".to_owned(),
        except: (0..501).map(ImageId).collect(),
    };
    ExportRow {
        id: ExportId(number),
        state: ExportState::Preparing,
        request: ExportRequest {
            selection,
            options: ExportOptions::default(),
        },
        plan: Vec::new(),
        bytes: None,
        pictures: 48_113,
        prepared: 0,
        left_out: Vec::new(),
        created: Timestamp(1_000 + number as i64),
    }
}

async fn an_export_comes_back_as_it_was_saved(url: &str) {
    let store = open(url).await;
    assert_eq!(store.export(ExportId(1)).await.unwrap(), None);
    store.save_export(&row(1)).await.unwrap();
    assert_eq!(store.export(ExportId(1)).await.unwrap(), Some(row(1)));
    let again = store.save_export(&row(1)).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
}

async fn an_export_is_replaced_as_a_whole(url: &str) {
    let store = open(url).await;
    store.save_export(&row(1)).await.unwrap();
    for state in [ExportState::Ready, ExportState::Failed] {
        let later = ExportRow {
            state,
            plan: (0..=255).collect(),
            bytes: Some(u64::from(u32::MAX) * 3),
            prepared: 48_000,
            left_out: vec![("ä.png".to_owned(), "It is gone.".to_owned())],
            ..row(1)
        };
        store.update_export(&later).await.unwrap();
        assert_eq!(store.export(ExportId(1)).await.unwrap(), Some(later));
    }
    assert!(matches!(
        store.update_export(&row(2)).await,
        Err(StoreError::NotFound(_))
    ));
}

async fn old_exports_are_found_and_removed(url: &str) {
    let store = open(url).await;
    assert_eq!(store.exports_before(Timestamp(i64::MAX)).await.unwrap(), []);
    for number in [3, 1, 2] {
        store.save_export(&row(number)).await.unwrap();
    }
    let old = store.exports_before(Timestamp(1_003)).await.unwrap();
    assert_eq!(old, [ExportId(1), ExportId(2)]);
    for id in old {
        store.remove_export(id).await.unwrap();
        store.remove_export(id).await.unwrap();
    }
    assert_eq!(
        store.exports_before(Timestamp(i64::MAX)).await.unwrap(),
        [ExportId(3)]
    );
}
