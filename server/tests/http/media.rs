//! Bytes of pictures: whole, in part, or not at all.

use domain::image::ThumbSize;
use testkit::picture;

use crate::client::Site;

#[tokio::test(flavor = "multi_thread")]
async fn an_original_comes_unchanged_sandboxed_and_for_ever() {
    let site = Site::new(&[("ü \"x\".png", "a fox")]).await;
    let card = site.card("").await;
    let answer = site.get(&card.original_url()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.body,
        std::fs::read(site.library.path("ü \"x\".png")).unwrap()
    );
    assert_eq!(answer.header("content-type"), Some("image/png"));
    assert_eq!(
        answer.header("content-security-policy"),
        Some("sandbox; default-src 'none'")
    );
    assert_eq!(
        answer.header("cache-control"),
        Some("private, max-age=31536000, immutable")
    );
    assert!(
        answer
            .header("content-disposition")
            .unwrap()
            .starts_with("inline")
    );
    let download = site.get(&format!("{}?download", card.original_url())).await;
    let disposition = download.header("content-disposition").unwrap();
    assert!(
        disposition.starts_with("attachment; filename=\"_ _x_.png\""),
        "{disposition}"
    );
    assert!(
        disposition.ends_with("filename*=UTF-8''%C3%BC%20%22x%22.png"),
        "{disposition}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_a_part_and_what_is_known_is_not_sent_again() {
    let site = Site::new(&[("a.png", "a fox")]).await;
    let url = site.card("").await.original_url();
    let whole = site.get(&url).await;
    let tag = whole.header("etag").unwrap().to_owned();
    let part = site
        .ask(
            "GET",
            &url,
            &[("range", "bytes=2-5"), ("if-range", &tag)],
            b"",
        )
        .await;
    assert_eq!(part.status, 206);
    assert_eq!(part.body, whole.body[2..6]);
    let length = whole.body.len();
    assert_eq!(
        part.header("content-range"),
        Some(format!("bytes 2-5/{length}").as_str())
    );
    let stale = site
        .ask(
            "GET",
            &url,
            &[("range", "bytes=2-5"), ("if-range", "\"x\"")],
            b"",
        )
        .await;
    assert_eq!((stale.status, stale.body.len()), (200, length));
    let beyond = site
        .ask("GET", &url, &[("range", "bytes=999999-")], b"")
        .await;
    assert_eq!(beyond.status, 416);
    assert_eq!(
        beyond.header("content-range"),
        Some(format!("bytes */{length}").as_str())
    );
    let known = site.ask("GET", &url, &[("if-none-match", &tag)], b"").await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    let head = site.ask("HEAD", &url, &[], b"").await;
    assert_eq!(
        head.header("content-length"),
        Some(length.to_string().as_str())
    );
    assert!(head.body.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn thumbnails_are_made_on_demand_in_every_size() {
    let site = Site::new(&[("a.png", "a fox")]).await;
    let card = site.card("").await;
    for size in ThumbSize::ALL {
        let url = card.thumb_url(size);
        let thumb = site.get(&url).await;
        assert_eq!(
            (thumb.status, thumb.header("content-type")),
            (200, Some("image/webp"))
        );
        assert_eq!(&thumb.body[8..12], b"WEBP");
        let tag = thumb.header("etag").unwrap();
        assert_eq!(
            site.ask("GET", &url, &[("if-none-match", tag)], b"")
                .await
                .status,
            304
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_is_not_found_in_words() {
    let site = Site::new(&[("a.png", "a fox")]).await;
    let card = site.card("").await;
    let id = card.id;
    for path in [
        format!("/media/{id}/wrong/256.webp"),
        format!("/media/{id}/{}/300.webp", card.stamp),
        format!("/media/{id}/{}/..%2f..%2fetc%2fpasswd", card.stamp),
        "/media/00000000000000000000000000/x/original".to_owned(),
        "/media/..%2f..%2f..%2fetc%2fpasswd/x/original".to_owned(),
    ] {
        let answer = site.get(&path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text().contains("Nothing was changed"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_gone_is_told_without_its_path() {
    let site = Site::new(&[("secret-name.png", "a fox")]).await;
    let card = site.card("").await;
    std::fs::remove_file(site.library.path("secret-name.png")).unwrap();
    let answer = site.get(&card.original_url()).await;
    assert_eq!(answer.status, 404);
    let folder = site.library.folder().to_string_lossy().into_owned();
    let text = answer.text();
    assert!(
        !text.contains(&folder) && !text.contains("os error"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_what_its_name_says_is_served_as_what_it_is() {
    let site = Site::new(&[]).await;
    site.library.write("really a jpeg.png", &picture::jpeg());
    site.library.scan().await;
    let card = site.card("").await;
    let original = site.get(&card.original_url()).await;
    assert_eq!(original.header("content-type"), Some("image/jpeg"));
    assert_eq!(original.body, picture::jpeg());
    let thumb = site.get(&card.thumb_url(ThumbSize::Small)).await;
    assert_eq!((thumb.status, &thumb.body[8..12]), (200, &b"WEBP"[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_cannot_be_drawn_is_told_in_words_and_can_still_be_fetched() {
    let site = Site::new(&[("good.png", "a fox")]).await;
    let good = picture::a1111("a bomb", 1);
    let bomb = picture::claiming(&good, 65_535, 65_535);
    site.library.write("bomb.png", &bomb);
    site.library.scan().await;
    let card = site.card("q=bomb").await;
    let thumb = site.get(&card.thumb_url(ThumbSize::Small)).await;
    assert_eq!(thumb.status, 422);
    let text = thumb.text();
    assert!(
        text.contains("larger than the limits") && text.contains("untouched"),
        "{text}"
    );
    assert_eq!(site.get(&card.original_url()).await.body, bomb);
    let other = site.card("q=fox").await;
    assert_eq!(
        site.get(&other.thumb_url(ThumbSize::Small)).await.status,
        200
    );
}
