//! Secrets in workflows: found, told without being shown, and not seen where there are none.

use domain::recipe::{Notice, RawChunk};
use metadata::secrets;
use serde_json::json;

/// Letters and digits that look as if a machine had thrown dice; made here, so they open nothing.
fn dice(len: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut state = 12_345_u32;
    let letters = (0..len).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(LETTERS[(state >> 16) as usize % LETTERS.len()])
    });
    letters.collect()
}

fn block(key: &str, text: &str) -> RawChunk {
    RawChunk {
        place: "png:tEXt".to_owned(),
        key: key.to_owned(),
        text: text.to_owned(),
    }
}

fn find(key: &str, text: &str) -> Vec<Notice> {
    secrets(&[block(key, text)])
}

#[test]
fn keys_of_known_issuers_are_told_wherever_they_stand() {
    for (prefix, len, word) in [
        ("sk-", 48, "OpenAI"),
        ("sk-proj-", 60, "OpenAI"),
        ("sk-ant-api03-", 80, "Anthropic"),
        ("hf_", 34, "Hugging Face"),
        ("ghp_", 36, "GitHub"),
        ("github_pat_", 70, "GitHub"),
        ("AIza", 35, "Google"),
        ("r8_", 37, "Replicate"),
        ("xoxb-", 40, "Slack"),
        ("gsk_", 50, "Groq"),
    ] {
        let secret = format!("{prefix}{}", dice(len));
        let graph = json!({"12": {"class_type": "AskModel", "inputs": {"text": format!("use {secret}, please")}}});
        for text in [graph.to_string(), format!("a fox\nSteps: 1, key: {secret}")] {
            let notices = find("prompt", &text);
            assert_eq!(notices.len(), 1, "{prefix}: {notices:?}");
            let message = &notices[0].message;
            assert_eq!(notices[0].code, "secret");
            assert!(
                message.contains(word) && message.contains("\"prompt\""),
                "{message}"
            );
            assert!(!message.contains(&secret[..5]), "{message}");
            assert!(message.contains(&secret[..4]), "{message}");
        }
        let message = &find("prompt", &graph.to_string())[0].message;
        assert!(message.contains("node 12 (AskModel)"), "{message}");
    }
    assert!(
        find("p", &format!("AKIA{}", dice(16).to_uppercase()))[0]
            .message
            .contains("AWS")
    );
    let token = format!("eyJ{}.eyJ{}.{}", dice(20), dice(40), dice(43));
    assert!(find("p", &token)[0].message.contains("JWT"));
}

#[test]
fn fields_that_are_named_for_secrets_are_told_when_their_value_is_random() {
    for name in [
        "api_key",
        "apiKey",
        "civitai_token",
        "API Token",
        "client_secret",
        "Authorization",
    ] {
        let graph =
            json!({"7": {"class_type": "Loader", "inputs": {name: dice(32), "model": "x"}}});
        let notices = find("prompt", &graph.to_string());
        assert_eq!(notices.len(), 1, "{name}");
        assert!(notices[0].message.contains("node 7 (Loader)"));
    }
    let bearer = json!({"headers": {"Authorization": format!("Bearer {}", dice(40))}});
    assert!(
        !find("prompt", &bearer.to_string())[0]
            .message
            .contains("Bear")
    );
}

#[test]
fn unnamed_values_of_drawn_nodes_are_told() {
    let node = json!({"id": 5, "type": "Ask", "inputs": [{"name": "api_key", "widget": {"name": "api_key"}}],
        "widgets_values": ["a fox in snow", dice(32), 7]});
    let drawn = json!({"nodes": [node], "links": []}).to_string();
    let notices = find("workflow", &drawn);
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(
        notices[0]
            .message
            .contains("node 5 (Ask) of the block \"workflow\"")
    );
    let notices = find("", &format!("workflow:{drawn}"));
    assert!(notices[0].message.contains("node 5 (Ask)"));
    let wrapped = json!({"workflow": drawn}).to_string();
    assert!(
        find("comment", &wrapped)[0]
            .message
            .contains("node 5 (Ask)")
    );
}

#[test]
fn addresses_with_passwords_and_tokens_are_told() {
    let password = "Winter-2031-Fox";
    let notices = find(
        "workflow",
        &format!("see http://me:{password}@host:8188/view?x=1"),
    );
    assert_eq!(notices.len(), 1);
    assert!(!notices[0].message.contains(&password[..5]));
    let short = find("workflow", "http://me:fox7@host/");
    assert!(short.len() == 1 && !short[0].message.contains("fox7"));
    let url = format!("https://host/api/download/1?type=Model&token={}", dice(32));
    assert!(find("workflow", &url)[0].message.contains("address"));
}

#[test]
fn placeholders_and_ordinary_values_are_no_secrets() {
    for value in [
        "",
        "YOUR_API_KEY",
        "your-api-key-here-1234",
        "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "None",
        "sk-...",
        "<insert your key 42>",
        "enter_your_token_here_99",
        "****************",
        "models/checkpoints/foxes_v2_fp16.safetensors",
        "/home/me/keys/openai_2024_11.txt",
        "0000000000000000000000",
    ] {
        let graph = json!({"7": {"class_type": "Loader", "inputs": {"api_key": value, "token": value, "password": value}}});
        let notices = find("prompt", &graph.to_string());
        assert!(notices.is_empty(), "{value}: {notices:?}");
    }
    for text in [
        "a fox, sk-learn-inspired style, hf_ogre, AIza, r8_x, 8k, (masterpiece:1.2), eyJ",
        "scikit sk-image-segmentation-with-random-forests-in-2024-and-2025-for-everyone",
        "https://example.com/a?size=512&seed=12345678901234567890&key=fox",
        "http://user:password@localhost:8188 and http://127.0.0.1:7860/ and git@github.com:a/b",
        "ssh://git@host/x and http://user:${PASSWORD}@host and http://a:****@host",
        "Model hash: 31e35c80fc4829d14f90153f4c74cd59c90b779f6afe05a74cd6120b893f7e5b, VAE hash: 2125bad8d3",
        "urn:air:sdxl:checkpoint:civitai:101055@128078",
    ] {
        assert!(
            find("parameters", text).is_empty(),
            "{text}: {:?}",
            find("parameters", text)
        );
    }
    let node = json!({"id": 5, "type": "Ask", "inputs": [{"name": "api_key"}],
        "widgets_values": ["gpt-4o-mini-2024-07-18", "claude-sonnet-4-20250514", "", "checkpoint_v10_fp16_2024", 16]});
    assert!(find("workflow", &json!({"nodes": [node]}).to_string()).is_empty());
    let trained = json!({"1": {"class_type": "Train", "inputs": {"trigger_token": "ohwx_woman_sdxl_v10_2024"}}});
    assert!(find("prompt", &trained.to_string()).is_empty());
    let ordinary = json!({"3": {"class_type": "KSampler", "inputs": {"seed": 1, "max_tokens": "4096",
        "noise_id": dice(40), "text": "the secret password is fox", "password": "the fox jumps over it"}}});
    assert!(find("prompt", &ordinary.to_string()).is_empty());
}

#[test]
fn a_secret_is_told_once_a_block_and_never_without_end() {
    let secret = format!("hf_{}", dice(34));
    let graph = json!({"1": {"class_type": "A", "inputs": {"token": secret}}, "2": {"class_type": "B", "inputs": {"token": secret}}}).to_string();
    assert_eq!(
        secrets(&[block("prompt", &graph), block("workflow", &graph)]).len(),
        2
    );
    let many: Vec<_> = (0..1000).map(|at| format!("hf_{}{at}", dice(34))).collect();
    let many = many.join(" ");
    assert!(find("x", &many).len() <= 32);
    let deep = format!("{}\"{secret}\"{}", "[".repeat(200), "]".repeat(200));
    assert_eq!(find("x", &format!("{{\"a\":{deep}}}")).len(), 1);
    let start = std::time::Instant::now();
    find("x", &"http://a:b@".repeat(180_000));
    find("x", &"{\"token\":".repeat(200_000));
    assert!(start.elapsed().as_secs() < 5);
}
