//! What secrets look like.

/// A kind of key: what issuers put before it, how long it is at least, and what it is.
struct Mark {
    prefix: &'static str,
    shortest: usize,
    kind: &'static str,
}

const fn mark(prefix: &'static str, shortest: usize, kind: &'static str) -> Mark {
    Mark {
        prefix,
        shortest,
        kind,
    }
}

/// The marks, a longer one before a shorter one that it begins with.
const MARKS: &[Mark] = &[
    mark("sk-ant-", 40, "an Anthropic API key"),
    mark("sk-or-", 40, "an OpenRouter API key"),
    mark("sk-proj-", 40, "an OpenAI API key"),
    mark("sk-svcacct-", 40, "an OpenAI API key"),
    mark("sk-", 35, "an API key of OpenAI or a service like it"),
    mark("hf_", 30, "a Hugging Face token"),
    mark("github_pat_", 40, "a GitHub token"),
    mark("ghp_", 36, "a GitHub token"),
    mark("gho_", 36, "a GitHub token"),
    mark("ghu_", 36, "a GitHub token"),
    mark("ghs_", 36, "a GitHub token"),
    mark("glpat-", 20, "a GitLab token"),
    mark("AIza", 39, "a Google API key"),
    mark("xoxb-", 24, "a Slack token"),
    mark("xoxp-", 24, "a Slack token"),
    mark("xoxa-", 24, "a Slack token"),
    mark("xoxr-", 24, "a Slack token"),
    mark("xoxs-", 24, "a Slack token"),
    mark("xapp-", 24, "a Slack token"),
    mark("r8_", 37, "a Replicate token"),
    mark("gsk_", 40, "a Groq API key"),
    mark("xai-", 40, "an xAI API key"),
    mark("nvapi-", 40, "an NVIDIA API key"),
    mark("pst-", 40, "a NovelAI token"),
    mark("comfyui-", 40, "a Comfy.org API key"),
    mark("tsk_", 30, "a Tripo API key"),
    mark("sk_live_", 24, "a Stripe key"),
    mark("tvly-", 24, "a Tavily API key"),
];

/// The words of a text in which keys may stand.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')))
        .map(|word| word.trim_matches(['.', '-']))
        .filter(|word| (20..4000).contains(&word.len()))
}

/// What kind of secret a word is, if any.
pub(super) fn kind(word: &str) -> Option<&'static str> {
    if let Some(mark) = MARKS.iter().find(|mark| word.starts_with(mark.prefix)) {
        let rest = &word[mark.prefix.len()..];
        // Names with dashes are words of a language: `sk-learn-pipeline`. Keys have long runs.
        let run = rest.split(['-', '.']).max_by_key(|run| run.len())?;
        let is_mark = run.len() >= 10 && run.bytes().any(|byte| byte.is_ascii_digit());
        let fits = word.len() >= mark.shortest && is_mark && is_mixed(rest);
        return fits.then_some(mark.kind);
    }
    if word.len() == 20 && (word.starts_with("AKIA") || word.starts_with("ASIA")) {
        let capital = word
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        return (capital && !is_placeholder(word)).then_some("an AWS access key");
    }
    let mut parts = word.split('.');
    let (head, body, tail) = (parts.next()?, parts.next()?, parts.next()?);
    let is_token = head.starts_with("eyJ")
        && body.starts_with("eyJ")
        && parts.next().is_none()
        && [head, body, tail].iter().all(|part| part.len() >= 10);
    is_token.then_some("a web token (JWT)")
}

/// Whether the name of a field says that it holds a secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    const ENDS: &[&str] = &[
        "apikey",
        "apitoken",
        "apisecret",
        "accesstoken",
        "authtoken",
        "accesskey",
        "secretkey",
        "secret",
        "password",
        "passwd",
        "token",
        "authorization",
        "bearer",
    ];
    if name.len() > 60 {
        return false;
    }
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let plain: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    ENDS.iter().any(|end| plain.ends_with(end))
}

/// Whether a name may also be that of a word: models are taught tokens.
pub(super) fn is_token_name(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with("token")
}

/// Whether a value is random and has a long part that no dash breaks, which the names of models,
/// such as `model-2024-07-18`, have not.
pub(super) fn is_unbroken(value: &str) -> bool {
    let runs = value.split(['-', '_', '.', ':', '/', ' ']);
    is_random(value) && runs.into_iter().any(|run| run.len() >= 16 && is_mixed(run))
}

/// Whether a value is long and mixed as nobody types it, and no path, name or placeholder.
pub(super) fn is_random(value: &str) -> bool {
    let value = value.strip_prefix("Bearer ").unwrap_or(value);
    let is_key = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:+=~/".contains(&byte);
    let is_file = [
        "safetensors",
        "ckpt",
        "gguf",
        "json",
        "png",
        "txt",
        "pt",
        "pth",
        "bin",
        "env",
    ]
    .iter()
    .any(|end| value.rsplit('.').next() == Some(end));
    (16..2000).contains(&value.len())
        && value.bytes().all(is_key)
        && !value.contains("//")
        && !value.starts_with(['/', '.'])
        && !is_file
        && is_mixed(value)
}

/// Digits and letters in a mix, and no placeholder.
fn is_mixed(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let mut kinds: Vec<u8> = value.bytes().collect();
    kinds.sort_unstable();
    kinds.dedup();
    digits >= 2 && letters >= 2 && kinds.len() >= 8 && !is_placeholder(value)
}

/// What documentation writes where a secret goes.
fn is_placeholder(value: &str) -> bool {
    const SIGNS: &[&str] = &[
        "your",
        "example",
        "placeholder",
        "insert",
        "xxxx",
        "changeme",
        "dummy",
        "sample",
        "12345678",
        "abcdef",
        "00000",
        "redacted",
        "enter-",
        "enter_",
    ];
    let lower = value.to_ascii_lowercase();
    SIGNS.iter().any(|sign| lower.contains(sign))
}

/// Passwords before the host of an address, and tokens among its parameters.
pub(super) fn in_urls(text: &str) -> Vec<(&'static str, &str)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("://").take(10_000) {
        let rest = &text[at + 3..];
        let end = rest
            .bytes()
            .take(2000)
            .position(|byte| byte.is_ascii_whitespace() || b"\"'<>\\`,)".contains(&byte))
            .unwrap_or(rest.len().min(2000));
        let Some(address) = rest.get(..end) else {
            continue;
        };
        let host = address.split(['/', '?', '#']).next().unwrap_or_default();
        if let Some((user, _)) = host.rsplit_once('@')
            && let Some((_, password)) = user.split_once(':')
            && is_password(password)
        {
            found.push(("a password in an address", password));
        }
        let query = address.split_once('?').map_or("", |(_, query)| query);
        for pair in query.split('&').take(50) {
            if let Some((name, value)) = pair.split_once('=')
                && (is_secret_name(name) || name.eq_ignore_ascii_case("key"))
                && is_random(value)
            {
                found.push(("a token in an address", value));
            }
        }
    }
    found
}

/// Whether what stands before a host is a password rather than what documentation writes there.
fn is_password(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let plain = [
        "password", "pass", "pwd", "passwd", "secret", "token", "port",
    ];
    text.len() >= 4
        && !plain.contains(&lower.as_str())
        && !is_placeholder(text)
        && !text.contains(['{', '$', '*', '%', '<'])
        && !text.bytes().all(|byte| byte == text.as_bytes()[0])
}
