//! What is read from files and beside them, asked again, and taught by rules of one's own.

use domain::{parameter::Scalar, query::Query};
use testkit::{Library, picture};

/// A graph whose prompt stands in a node that no built-in rule knows: its inputs have odd names.
fn muse(seed: u32) -> Vec<u8> {
    let graph = format!(
        r#"{{
        "1": {{"class_type": "CheckpointLoaderSimple", "inputs": {{"ckpt_name": "dunes.safetensors"}}}},
        "2": {{"class_type": "Muse", "inputs": {{"verse": "a heron at dusk", "mood": 7, "clip": ["1", 1]}}}},
        "3": {{"class_type": "KSampler", "inputs": {{"seed": {seed}, "steps": 20, "cfg": 6.5,
            "sampler_name": "euler", "scheduler": "normal", "denoise": 0.35, "model": ["1", 0],
            "positive": ["2", 0], "negative": ["2", 0], "latent_image": ["4", 0]}}}},
        "4": {{"class_type": "EmptyLatentImage", "inputs": {{"width": 512, "height": 512, "batch_size": 1}}}},
        "5": {{"class_type": "VAEDecode", "inputs": {{"samples": ["3", 0], "vae": ["1", 2]}}}},
        "6": {{"class_type": "SaveImage", "inputs": {{"images": ["5", 0], "filename_prefix": "x"}}}}
    }}"#
    );
    picture::png(seed, &[("prompt", &graph)])
}

const RULES: &str = "[node.\"Muse\"]\npositive = \"verse\"\nvalues = [\"verse\", \"mood\"]\n";

#[tokio::test(flavor = "multi_thread")]
async fn any_parameter_can_be_asked_and_counted() {
    let library = Library::new(|_| {}).await;
    for seed in 0..4 {
        library.write(&format!("{seed}.png"), &muse(seed));
    }
    library.write("flat.png", &picture::a1111("quiet", 9));
    library.scan().await;
    let found = library.names("param.KSampler.denoise=0.3..0.6").await;
    assert_eq!(found.len(), 4);
    assert!(
        library
            .names("param.ksampler.denoise=0.4..")
            .await
            .is_empty()
    );
    assert_eq!(library.names("param.Muse.mood=7&seed=2").await, ["2.png"]);
    let search = library.gallery.search();
    let facet = search.parameter("KSampler.cfg", &Query::default()).unwrap();
    let counts: Vec<_> = facet
        .values
        .iter()
        .map(|one| (&one.value, one.count))
        .collect();
    assert_eq!(counts, [(&Scalar::Number(6.5), 4)]);
    let names = search
        .parameter_names("denoise", &Query::default())
        .unwrap();
    assert!(
        names
            .iter()
            .any(|one| one.name == "KSampler.denoise" && one.count == 4)
    );
    let card = library.find("seed=2").await.remove(0);
    let images = library.gallery.images();
    let all = images.parameters(card.id).await.unwrap();
    assert!(all.iter().any(|one| one.full_name() == "Muse.mood"));
    let origins = images.origins(card.id).await.unwrap();
    let seed = origins.iter().find(|one| one.field == "seed").unwrap();
    assert_eq!(seed.path.last().unwrap().class, "KSampler");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_of_ones_own_is_learned_without_touching_a_file() {
    let library = Library::new(|options| options.finish = true).await;
    library.write("a.png", &muse(1));
    library.scan().await;
    let images = library.gallery.images();
    let everything = Query::default();
    library.gallery.scans().finished().await.unwrap();
    let before = std::fs::metadata(library.path("a.png")).unwrap().modified();
    let rules = library.data().join("rules.toml");
    std::fs::write(&rules, "[node.\"Muse\"]\nverse = 3\n").unwrap();
    let refused = images.read_again(&everything, |_, _| {}).await.unwrap_err();
    let message = refused.problem().message;
    assert!(
        message.contains("line 2") && message.contains("rules.toml"),
        "{message}"
    );
    std::fs::write(&rules, RULES).unwrap();
    let mut told = (0, 0);
    let came = images
        .read_again(&everything, |done, all| told = (done, all))
        .await
        .unwrap();
    assert_eq!((came.read, told), (1, (1, 1)));
    assert_eq!(library.names("q=heron").await, ["a.png"]);
    let again = images.read_again(&everything, |_, _| {}).await.unwrap();
    assert_eq!((again.read, again.changed), (1, 0));
    let after = std::fs::metadata(library.path("a.png")).unwrap().modified();
    assert_eq!(before.unwrap(), after.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_a_recipe_has_that_of_the_text_beside_it() {
    let library = Library::new(|_| {}).await;
    library.write("bare.png", &picture::png(1, &[]));
    library.write("own.png", &picture::a1111("its own words", 3));
    library.write("caption.png", &picture::png(2, &[]));
    let text = "a lighthouse\nNegative prompt: fog\nSteps: 20, Sampler: Euler a, CFG scale: 7, \
                Seed: 5, Size: 512x512, Model: dunes";
    for name in ["bare.txt", "own.txt"] {
        library.write(name, text.as_bytes());
    }
    library.write("caption.txt", b"a photo of a lighthouse");
    library.scan().await;
    assert_eq!(library.names("q=lighthouse").await, ["bare.png"]);
    assert_eq!(library.names("has=recipe&q=own").await, ["own.png"]);
    // Read again, it still has it.
    let all = Query::default();
    library
        .gallery
        .images()
        .read_again(&all, |_, _| {})
        .await
        .unwrap();
    assert_eq!(library.names("q=lighthouse&steps=20").await, ["bare.png"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipe_in_the_pixels_is_found_when_nothing_else_is_to_do() {
    let library = Library::new(|options| options.finish = true).await;
    let text = "a hidden heron\nNegative prompt: fog\nSteps: 20, Sampler: Euler a, CFG scale: 7, \
                Seed: 5, Size: 64x64, Model: dunes";
    library.write("hidden.png", &picture::stealthy(text));
    library.write("bare.png", &picture::png(1, &[]));
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    assert_eq!(library.names("q=heron&seed=5").await, ["hidden.png"]);
    assert_eq!(library.names("has=recipe").await, ["hidden.png"]);
    let card = library.find("q=heron").await.remove(0);
    let detail = library.gallery.images().detail(card.id).await.unwrap();
    assert_eq!(detail.raw[0].place, "stealth:alpha");

    // It stays when everything is read again, and when the file moves.
    let all = Query::default();
    let images = library.gallery.images();
    images.read_again(&all, |_, _| {}).await.unwrap();
    assert_eq!(library.names("q=heron").await, ["hidden.png"]);
    std::fs::rename(library.path("hidden.png"), library.path("moved.png")).unwrap();
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    assert_eq!(library.names("q=heron").await, ["moved.png"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_understood_is_counted_until_a_rule_teaches_it() {
    let library = Library::new(|options| options.finish = true).await;
    for seed in 0..3 {
        library.write(&format!("{seed}.png"), &muse(seed));
    }
    let odd = r#"{"1": {"class_type": "Brush", "inputs": {"colour": "red"}}}"#;
    library.write("odd.png", &picture::png(9, &[("prompt", odd)]));
    library.write("known.png", &picture::a1111("quiet", 9));
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    let images = library.gallery.images();
    let reasons = images.unread().await.unwrap();
    let muses = &reasons[0];
    assert_eq!((muses.about.as_deref(), muses.pictures), (Some("Muse"), 3));
    let unread = library.find("has=unparsed").await;
    assert!(unread.iter().any(|card| card.id == muses.example));
    assert_eq!(unread.len(), 4);

    std::fs::write(library.data().join("rules.toml"), RULES).unwrap();
    let unparsed = Query::parse("has=unparsed");
    let came = images.read_again(&unparsed, |_, _| {}).await.unwrap();
    assert_eq!((came.read, came.changed), (4, 3));
    assert_eq!(library.names("has=unparsed").await, ["odd.png"]);
    let left = images.unread().await.unwrap();
    assert!(left.iter().all(|one| one.about.as_deref() != Some("Muse")));
    assert_eq!(left[0].pictures, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_that_carry_a_key_are_found() {
    let library = Library::new(|options| options.finish = true).await;
    let graph = |key: &str| {
        format!(r#"{{"1": {{"class_type": "Caption", "inputs": {{"api_key": "{key}"}}}}}}"#)
    };
    let key = ["hf_", "QvT7mXk2RbN9cLz4", "WpH8sJd3GyF6uEaV5o"].concat();
    library.write("key.png", &picture::png(1, &[("prompt", &graph(&key))]));
    library.write("none.png", &picture::png(2, &[("prompt", &graph(""))]));
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    assert_eq!(library.names("has=secret").await, ["key.png"]);
    // Taken out of the file, it is no longer told.
    library.write("key.png", &picture::png(1, &[("prompt", &graph(""))]));
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    assert!(library.names("has=secret").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_days_log_of_fooocus_tells_of_the_pictures_beside_it() {
    let library = Library::new(|options| options.finish = true).await;
    library.write("2026-05-14/one.png", &picture::png(1, &[]));
    library.write("2026-05-14/other.png", &picture::png(2, &[]));
    library.write("2026-05-15/one.png", &picture::png(3, &[]));
    let log = r#"<html><img src="one.png"><table>
        <tr><td class='key'>Prompt</td><td class='value'>a heron in the reeds</td></tr>
        <tr><td class='key'>Performance</td><td class='value'>Speed</td></tr>
        <tr><td class='key'>Base Model</td><td class='value'>marsh</td></tr>
        <tr><td class='key'>Seed</td><td class='value'>77</td></tr></table></html>"#;
    library.write("2026-05-14/log.html", log.as_bytes());
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    assert_eq!(library.names("q=heron&seed=77").await, ["one.png"]);
    assert_eq!(library.find("has=recipe").await.len(), 1);
    assert_eq!(library.find("param.seed=77").await.len(), 1);
}
