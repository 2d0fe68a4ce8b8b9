//! Pictures that others were made from: out of the library, beside what was made from them.

use std::fs;

use domain::{
    image::ImageDetail,
    scan::{Root, RootRole},
};
use testkit::{Library, picture};

/// A graph that loads a picture.
fn workflow(input: &str) -> String {
    format!(
        r#"{{
            "1": {{"class_type": "CheckpointLoaderSimple", "inputs": {{"ckpt_name": "dunes.safetensors"}}}},
            "2": {{"class_type": "LoadImage", "inputs": {{"image": "{input}", "upload": "image"}}}},
            "3": {{"class_type": "VAEEncode", "inputs": {{"pixels": ["2", 0], "vae": ["1", 2]}}}},
            "4": {{"class_type": "CLIPTextEncode", "inputs": {{"text": "a dune at night", "clip": ["1", 1]}}}},
            "5": {{"class_type": "KSampler", "inputs": {{"seed": 7, "steps": 20, "cfg": 7, "sampler_name": "euler",
                "scheduler": "normal", "denoise": 0.6, "model": ["1", 0], "positive": ["4", 0], "negative": ["4", 0],
                "latent_image": ["3", 0]}}}},
            "6": {{"class_type": "VAEDecode", "inputs": {{"samples": ["5", 0], "vae": ["1", 2]}}}},
            "7": {{"class_type": "SaveImage", "inputs": {{"images": ["6", 0], "filename_prefix": "ComfyUI"}}}}
        }}"#
    )
}

/// A library with a folder of inputs beside it.
struct Studio {
    library: Library,
    inputs: tempfile::TempDir,
    root: Root,
}

impl Studio {
    async fn new() -> Self {
        let library = Library::new(|options| options.finish = true).await;
        let inputs = tempfile::tempdir().unwrap();
        fs::create_dir_all(inputs.path().join("poses")).unwrap();
        let path = inputs.path().to_string_lossy().into_owned();
        let root = library
            .gallery
            .roots()
            .choose(&path, RootRole::Input)
            .await
            .unwrap();
        assert_eq!(root.role, RootRole::Input);
        Self {
            library,
            inputs,
            root,
        }
    }

    async fn scan(&self) {
        self.library.scan().await;
        self.library.gallery.scans().finished().await.unwrap();
    }

    fn input(&self, name: &str, seed: u32) {
        fs::write(self.inputs.path().join(name), picture::png(seed, &[])).unwrap();
    }

    fn made(&self, name: &str, input: &str) {
        let made = picture::png(7, &[("prompt", &workflow(input))]);
        self.library.write(name, &made);
    }

    async fn detail(&self, query: &str) -> ImageDetail {
        let card = self.library.find(query).await.remove(0);
        self.library.gallery.images().detail(card.id).await.unwrap()
    }
}

/// What is shown beside a picture: the name in its recipe, and the names of the pictures that it is.
fn beside(detail: &ImageDetail) -> Vec<(String, Vec<(String, bool)>)> {
    let all = detail.references.iter();
    all.map(|one| {
        let pictures = one.pictures.iter();
        let pictures = pictures
            .map(|one| (one.card.name.clone(), one.input))
            .collect();
        (one.name.clone(), pictures)
    })
    .collect()
}

fn one(name: &str, pictures: &[(&str, bool)]) -> Vec<(String, Vec<(String, bool)>)> {
    let pictures = pictures
        .iter()
        .map(|(name, input)| ((*name).to_owned(), *input));
    vec![(name.to_owned(), pictures.collect())]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_image_stands_beside_what_was_made_from_it_and_not_in_the_library() {
    let studio = Studio::new().await;
    studio.input("poses/pose.png", 1);
    studio.input("unused.png", 2);
    studio.made("made 1.png", "poses/pose.png");
    studio.made("made 2.png", "poses/pose.png [input]");
    studio.made("made 3.png", "never seen.png");
    studio.scan().await;
    let library = &studio.library;
    assert_eq!(
        library.names("").await,
        ["made 1.png", "made 2.png", "made 3.png"]
    );
    assert_eq!(library.names("is=input").await, ["pose.png", "unused.png"]);
    assert_eq!(library.names("q=pose&is=input").await, ["pose.png"]);
    let folder = format!("folder=\"{}/poses\"&is=input", studio.root.name);
    assert_eq!(library.names(&folder).await, ["pose.png"]);
    let made = studio.detail(r#"name="made 2.png""#).await;
    assert_eq!(beside(&made), one("poses/pose.png", &[("pose.png", true)]));
    assert_eq!(made.used_by, 0);
    let unknown = studio.detail(r#"name="made 3.png""#).await;
    assert_eq!(beside(&unknown), one("never seen.png", &[]));
    let pose = studio.detail("name=pose.png&is=input").await;
    assert_eq!((pose.used_by, beside(&pose)), (2, Vec::new()));
    let users = format!("reference={}", pose.card.id);
    assert_eq!(library.names(&users).await, ["made 1.png", "made 2.png"]);
    assert_eq!(
        library.names("reference=*").await,
        ["made 1.png", "made 2.png"]
    );
    assert_eq!(library.names("reference=-*").await, ["made 3.png"]);
    assert_eq!(studio.detail("name=unused.png&is=input").await.used_by, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_input_is_still_what_was_loaded() {
    let studio = Studio::new().await;
    studio.input("pose.png", 1);
    studio.made("made.png", "pose.png");
    studio.scan().await;
    let folder = studio.inputs.path();
    fs::rename(folder.join("pose.png"), folder.join("poses/standing.png")).unwrap();
    // Another picture takes its name.
    studio.input("pose.png", 2);
    studio.scan().await;
    studio.scan().await;
    let made = studio.detail("name=made.png").await;
    assert_eq!(beside(&made), one("pose.png", &[("standing.png", true)]));
    // The same bytes among what was made are the same input.
    let bytes = fs::read(folder.join("poses/standing.png")).unwrap();
    studio.library.write("ComfyUI_00001_.png", &bytes);
    studio.scan().await;
    let made = studio.detail("name=made.png").await;
    let pictures = &made.references[0].pictures;
    let names: Vec<&str> = pictures.iter().map(|one| one.card.name.as_str()).collect();
    assert!(names.contains(&"ComfyUI_00001_.png"), "{names:?}");
    let output = studio.detail("name=ComfyUI_00001_.png").await;
    assert_eq!(output.used_by, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_was_watched_before_becomes_one_of_inputs() {
    let library = Library::of_pictures(3).await;
    let id = library.gallery.roots().all().await.unwrap()[0].id;
    let roots = library.gallery.roots();
    roots.set_role(id, RootRole::Input).await.unwrap();
    assert_eq!(library.names("").await, Vec::<String>::new());
    assert_eq!(library.names("is=input").await.len(), 3);
    roots.set_role(id, RootRole::Output).await.unwrap();
    assert_eq!(library.names("").await.len(), 3);
    assert_eq!(library.names("is=input").await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_reference_image_is_among_what_is_hidden() {
    use domain::{judgement::Edit, selection::Selection};
    let studio = Studio::new().await;
    studio.input("pose.png", 1);
    studio.scan().await;
    let library = &studio.library;
    let ids = library
        .find("is=input")
        .await
        .into_iter()
        .map(|card| card.id)
        .collect();
    let judge = library.gallery.judge();
    judge
        .set(&Selection::These(ids), Edit::Hidden(true), "me")
        .await
        .unwrap();
    assert_eq!(library.names("is=input").await, Vec::<String>::new());
    assert_eq!(library.names("is=hidden").await, ["pose.png"]);
    // This is what is read again after an update: really everything.
    studio.made("made.png", "pose.png");
    studio.scan().await;
    assert_eq!(
        library.names("is=trashed,-trashed").await,
        ["made.png", "pose.png"]
    );
}
