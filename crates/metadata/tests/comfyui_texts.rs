//! Prompts that nodes put together, and conditioning on its way to the sampler.

#[expect(dead_code, reason = "only some of the builders are needed here")]
mod common;
#[expect(dead_code, reason = "only some of the builders are needed here")]
mod graphs;

use graphs::{beside, conditioned, node, prompted, prompts};
use serde_json::{Value, json};

fn encoder(text: &str) -> Value {
    node("CLIPTextEncode", json!({"text": text, "clip": ["4", 1]}))
}

#[test]
fn nodes_that_join_texts_join_them_with_what_they_say() {
    for (class, inputs, want) in [
        (
            "JoinStrings",
            json!({"string1": "a", "string2": "b", "delimiter": " | "}),
            "a | b",
        ),
        (
            "JoinStringMulti",
            json!({"inputcount": 2, "string_1": "a", "string_2": "b", "delimiter": ", ", "return_list": false}),
            "a, b",
        ),
        (
            "Text Concatenate",
            json!({"delimiter": ", ", "clean_whitespace": "true", "text_a": "a", "text_b": "b", "text_c": "c"}),
            "a, b, c",
        ),
        (
            "CR Text Concatenate",
            json!({"text1": "a", "text2": "b", "separator": "; "}),
            "a; b",
        ),
        (
            "CR Combine Prompt",
            json!({"part1": "a", "part2": "b", "part3": "", "part4": "c", "separator": ","}),
            "a,b,c",
        ),
        (
            "easy promptConcat",
            json!({"prompt1": "a", "prompt2": "b", "separator": "-"}),
            "a-b",
        ),
        (
            "ttN concat",
            json!({"text1": "a", "text2": "b", "text3": "", "delimiter": ","}),
            "a,b",
        ),
        (
            "ConcatStringSingle",
            json!({"string_a": "a", "string_b": "b"}),
            "ab",
        ),
        (
            "StringFunction|pysssss",
            json!({"action": "append", "tidy_tags": "yes", "text_a": "a", "text_b": "b", "text_c": ""}),
            "a, b",
        ),
        (
            "StringFormat",
            json!({"f_string": "a {x} day with {a}", "x": "snowy", "a": "foxes"}),
            "a snowy day with foxes",
        ),
    ] {
        let recipe = prompted(json!({"t": node(class, inputs)}));
        assert_eq!(recipe.positive, want, "{class}");
    }
}

#[test]
fn nodes_that_replace_words_replace_them() {
    for (class, inputs) in [
        (
            "Text Find and Replace",
            json!({"text": "a dog in snow", "find": "dog", "replace": "fox"}),
        ),
        (
            "CR Text Replace",
            json!({"text": "a dog in rain", "find1": "dog", "replace1": "fox", "find2": "rain", "replace2": "snow", "find3": "", "replace3": ""}),
        ),
        (
            "easy promptReplace",
            json!({"prompt": "a dog in snow", "find1": "dog", "replace1": "fox"}),
        ),
        (
            "StringFunction|pysssss",
            json!({"action": "replace", "tidy_tags": "yes", "text_a": "a dog in snow", "text_b": "dog", "text_c": "fox"}),
        ),
    ] {
        let recipe = prompted(json!({"t": node(class, inputs)}));
        assert_eq!(recipe.positive, "a fox in snow", "{class}");
    }
}

#[test]
fn wildcards_give_what_was_rolled_where_the_file_has_it() {
    for (class, inputs, want) in [
        (
            "ImpactWildcardProcessor",
            json!({"wildcard_text": "a {fox|dog}", "populated_text": "a fox", "mode": "populate", "seed": 4}),
            "a fox",
        ),
        (
            "easy wildcards",
            json!({"text": "a {fox|dog}", "seed": 9, "multiline_mode": false, "populated_text": "a fox"}),
            "a fox",
        ),
        (
            "easy wildcards",
            json!({"text": "a __beast__", "seed": 9}),
            "a __beast__",
        ),
        (
            "Text Parse Noodle Soup Prompts",
            json!({"mode": "Wildcards", "noodle_key": "__", "seed": 0, "text": "a __beast__"}),
            "a __beast__",
        ),
        (
            "DPRandomGenerator",
            json!({"text": "a {fox|dog}", "seed": 1, "autorefresh": "No"}),
            "a {fox|dog}",
        ),
        (
            "CLIPTextEncodeWildcards",
            json!({"text": "a __beast__", "seed": 1}),
            "a __beast__",
        ),
    ] {
        let recipe = prompted(json!({"t": node(class, inputs)}));
        assert_eq!(recipe.positive, want, "{class}");
    }
    let encode = json!({"wildcard_text": "a {fox|dog} <lora:snow:0.5>", "populated_text": "a fox <lora:snow:0.5>",
        "mode": "populate", "seed": 4, "model": ["4", 0], "clip": ["4", 1]});
    let recipe = conditioned(
        json!(["w", 2]),
        json!(["7", 0]),
        json!({"w": node("ImpactWildcardEncode", encode)}),
    );
    assert_eq!(prompts(&recipe), ("a fox <lora:snow:0.5>", "blurry"));
    assert_eq!(recipe.loras[0].weight, Some(0.5));
}

#[test]
fn shown_text_comes_from_its_source_and_else_from_the_display() {
    let shown = json!({"t": node("ShowText|pysssss", json!({"text": ["m", 0], "text_0": "a fox as written by a machine"})),
        "m": node("LlavaCaptioner", json!({"image": ["5", 0], "temperature": 0.2}))});
    assert_eq!(prompted(shown).positive, "a fox as written by a machine");
}

#[test]
fn schedules_of_prompts_are_prompts() {
    let schedule = node(
        "BatchPromptSchedule",
        json!({"text": "\"0\": \"a fox\",\n\"24\": \"a wolf\"", "max_frames": 48,
        "print_output": false, "pre_text": "", "app_text": "", "clip": ["4", 1]}),
    );
    let recipe = conditioned(json!(["s", 0]), json!(["s", 1]), json!({"s": schedule}));
    assert!(recipe.positive.contains("a wolf"), "{}", recipe.positive);
    let control = json!({"p": node("PCLazyTextEncode", json!({"text": "a [fox:wolf:0.5]", "clip": ["4", 1]}))});
    let recipe = conditioned(json!(["p", 0]), json!(["7", 0]), control);
    assert_eq!(prompts(&recipe), ("a [fox:wolf:0.5]", "blurry"));
}

#[test]
fn conditioning_is_walked_through_whatever_mixes_it() {
    for (class, inputs, want) in [
        (
            "ConditioningCombine",
            json!({"conditioning_1": ["a", 0], "conditioning_2": ["b", 0]}),
            "a fox\na lake",
        ),
        (
            "ConditioningConcat",
            json!({"conditioning_to": ["a", 0], "conditioning_from": ["b", 0]}),
            "a fox\na lake",
        ),
        (
            "ConditioningAverage",
            json!({"conditioning_to_strength": 0.5, "conditioning_to": ["a", 0], "conditioning_from": ["b", 0]}),
            "a fox\na lake",
        ),
        (
            "ConditioningSetMask",
            json!({"strength": 1, "set_cond_area": "default", "conditioning": ["a", 0], "mask": ["5", 0]}),
            "a fox",
        ),
        (
            "ConditioningSetAreaStrength",
            json!({"strength": 1, "conditioning": ["a", 0]}),
            "a fox",
        ),
        (
            "ConditioningCombineMultiple+",
            json!({"conditioning_1": ["a", 0], "conditioning_2": ["b", 0], "conditioning_3": ["a", 0]}),
            "a fox\na lake",
        ),
        (
            "ConditioningMultiCombine",
            json!({"inputcount": 2, "operation": "combine", "conditioning_1": ["a", 0], "conditioning_2": ["b", 0]}),
            "a fox\na lake",
        ),
        (
            "unCLIPConditioning",
            json!({"strength": 1, "noise_augmentation": 0, "conditioning": ["a", 0], "clip_vision_output": ["5", 0]}),
            "a fox",
        ),
        (
            "GLIGENTextBoxApply",
            json!({"text": "a lake", "width": 64, "height": 64, "x": 0, "y": 0, "conditioning_to": ["a", 0], "clip": ["4", 1], "gligen_textbox_model": ["5", 0]}),
            "a fox\na lake",
        ),
        (
            "StyleModelApply",
            json!({"strength": 1, "strength_type": "multiply", "conditioning": ["a", 0], "style_model": ["5", 0], "clip_vision_output": ["5", 0]}),
            "a fox",
        ),
        (
            "ReferenceLatent",
            json!({"conditioning": ["a", 0], "latent": ["5", 0]}),
            "a fox",
        ),
        (
            "Context Switch (rgthree)",
            json!({"ctx_01": ["c", 0]}),
            "a fox",
        ),
    ] {
        let recipe = conditioned(
            json!(["x", 0]),
            json!(["7", 0]),
            json!({
                "a": encoder("a fox"), "b": encoder("a lake"), "x": node(class, inputs),
                "c": node("Context (rgthree)", json!({"positive": ["a", 0], "negative": ["7", 0], "model": ["4", 0]})),
            }),
        );
        let squeezed: Vec<&str> = recipe.positive.split('\n').collect();
        let mut wanted: Vec<&str> = want.split('\n').collect();
        wanted.sort_unstable();
        let mut got = squeezed.clone();
        got.sort_unstable();
        assert_eq!(got, wanted, "{class}");
        assert_eq!(recipe.negative, "blurry", "{class}");
    }
}

#[test]
fn control_nets_and_adapters_are_named_beside_and_are_neither_prompt_nor_model() {
    let recipe = conditioned(
        json!(["c", 0]),
        json!(["c", 1]),
        json!({
            "n": node("ControlNetLoader", json!({"control_net_name": "depth.safetensors"})),
            "i": node("LoadImage", json!({"image": "pose.png", "upload": "image"})),
            "c": node("ControlNetApplyAdvanced", json!({"strength": 0.6, "start_percent": 0, "end_percent": 1, "positive": ["6", 0],
                "negative": ["7", 0], "control_net": ["n", 0], "image": ["i", 0]})),
            "f": node("IPAdapterModelLoader", json!({"ipadapter_file": "plus.safetensors"})),
            "v": node("CLIPVisionLoader", json!({"clip_name": "vision.safetensors"})),
            "a": node("IPAdapterAdvanced", json!({"weight": 0.8, "weight_type": "linear", "model": ["4", 0], "ipadapter": ["f", 0], "image": ["i", 0], "clip_vision": ["v", 0]})),
            "3": node("KSampler", json!({"seed": 1, "steps": 2, "cfg": 3, "sampler_name": "euler", "scheduler": "normal", "denoise": 1,
                "model": ["a", 0], "positive": 0, "negative": 0, "latent_image": ["5", 0]})),
        }),
    );
    assert_eq!(prompts(&recipe), ("a red fox in snow", "blurry"));
    assert_eq!(recipe.models, ["sd/foxes.safetensors"]);
    assert_eq!(beside(&recipe, "controlnet"), ["depth.safetensors"]);
    assert_eq!(beside(&recipe, "ipadapter"), ["plus.safetensors"]);
    assert_eq!(beside(&recipe, "input image"), ["pose.png"]);
}

#[test]
fn control_nets_in_stacks_are_named_too() {
    let recipe = conditioned(
        json!(["c", 0]),
        json!(["c", 1]),
        json!({
            "s": node("CR Multi-ControlNet Stack", json!({"switch_1": "On", "controlnet_1": "pose.safetensors", "controlnet_strength_1": 1.0,
                "switch_2": "Off", "controlnet_2": "None", "controlnet_strength_2": 1.0, "image_1": ["5", 0]})),
            "c": node("CR Apply Multi-ControlNet", json!({"switch": "On", "base_positive": ["6", 0], "base_negative": ["7", 0], "controlnet_stack": ["s", 0]})),
        }),
    );
    assert_eq!(prompts(&recipe), ("a red fox in snow", "blurry"));
    assert_eq!(beside(&recipe, "controlnet"), ["pose.safetensors"]);
}

#[test]
fn a_text_heard_for_a_moment_before_silence_says_nothing() {
    let recipe = conditioned(
        json!(["6", 0]),
        json!(["x", 0]),
        json!({
            "z": node("ConditioningZeroOut", json!({"conditioning": ["7", 0]})),
            "l": node("ConditioningSetTimestepRange", json!({"start": 0.1, "end": 1.0, "conditioning": ["z", 0]})),
            "s": node("ConditioningSetTimestepRange", json!({"start": 0.0, "end": 0.1, "conditioning": ["7", 0]})),
            "x": node("ConditioningCombine", json!({"conditioning_1": ["l", 0], "conditioning_2": ["s", 0]})),
        }),
    );
    assert_eq!(prompts(&recipe), ("a red fox in snow", ""));
    let recipe = conditioned(
        json!(["6", 0]),
        json!(["s", 0]),
        json!({
            "s": node("ConditioningSetTimestepRange", json!({"start": 0.0, "end": 0.1, "conditioning": ["7", 0]})),
        }),
    );
    assert_eq!(
        recipe.negative, "blurry",
        "without silence beside it, it is heard"
    );
}
