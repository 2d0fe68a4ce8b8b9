//! What rare pictures hold, what lies beside them, and what a reader should find.

use domain::recipe::Sampling;

use super::{
    Recipe, Tool, Truth, a1111, blocks, civitai, comfyui, draw_things, easy_diffusion, fooocus,
    fooocus_infotext, fooocus_log, fooocus_mre, invokeai_old, metahub, midjourney, novelai,
    ruined_fooocus, sdnext, services, stability_matrix, tensorart,
};
use crate::{
    Beside, Plan,
    encode::Embedded,
    hidden::{Hidden, Samples},
    rare::{Rare, job},
    session::Shot,
};

/// The recipe as the file itself carries it.
pub(super) fn embed(kind: Rare, shot: &Shot) -> Embedded {
    let recipe = &shot.recipe;
    let chunks = |chunks| Embedded {
        chunks,
        ..Embedded::default()
    };
    let comment = |text| Embedded {
        comment: Some(text),
        ..Embedded::default()
    };
    let xmp = |packet| Embedded {
        xmp: Some(packet),
        ..Embedded::default()
    };
    let hidden = |samples, text: &str| Embedded {
        hidden: Some(Hidden::new(samples, text)),
        ..Embedded::default()
    };
    match kind {
        Rare::Reforge => chunks(vec![("parameters", a1111::infotext(recipe, Tool::Reforge))]),
        Rare::InvokeSecond => chunks(invokeai_old::second(recipe)),
        Rare::InvokeFirst => chunks(invokeai_old::first(recipe)),
        Rare::StabilityMatrix => chunks(stability_matrix::chunks(recipe)),
        Rare::FooocusInfotext => chunks(fooocus_infotext::chunks(recipe)),
        Rare::FooocusMre => chunks(fooocus_mre::chunks(recipe)),
        Rare::RuinedFooocus => chunks(ruined_fooocus::chunks(recipe)),
        Rare::FooocusPlus => chunks(fooocus::chunks(recipe, shot.style, "FooocusPlus 1.0.0")),
        Rare::FooocusExif => {
            let record = fooocus::record(recipe, shot.style, fooocus::VERSION);
            Embedded {
                // The tag of the software.
                exif: vec![(0x0131, fooocus::VERSION.to_owned())],
                ..comment(record.python())
            }
        }
        Rare::EasyBlocks => chunks(easy_diffusion::chunks(recipe)),
        Rare::EasyJson => comment(easy_diffusion::json(recipe)),
        Rare::DrawThings => xmp(draw_things::packet(recipe)),
        Rare::Midjourney => {
            let job = job(shot);
            Embedded {
                xmp: Some(midjourney::packet(&job)),
                ..chunks(midjourney::chunks(recipe, &job, shot.when))
            }
        }
        Rare::Tensorart => chunks(tensorart::chunks(recipe)),
        Rare::NovelaiHidden => hidden(Samples::Transparency, &novelai::envelope(recipe)),
        Rare::HiddenAlpha => hidden(Samples::Transparency, &a1111::infotext(recipe, Tool::A1111)),
        Rare::HiddenColours => hidden(Samples::Colours, &a1111::infotext(recipe, Tool::A1111)),
        Rare::ComfyDrawn => {
            let (_, ui) = comfyui::documents(recipe, shot.style.word);
            chunks(vec![("workflow", ui)])
        }
        Rare::ComfyJpeg | Rare::ComfyWebp => super::comfyui_tags(shot),
        Rare::Metahub => chunks(metahub::chunks(recipe)),
        Rare::Sdnext => comment(sdnext::infotext(recipe)),
        Rare::Civitai => comment(civitai::infotext(recipe, shot.when)),
        Rare::Sygil => chunks(blocks::sygil(recipe)),
        Rare::Diffusers => chunks(blocks::script(recipe)),
        Rare::Google => xmp(services::google()),
        Rare::Firefly => xmp(services::firefly(recipe)),
        Rare::Openai => Embedded {
            manifest: Some(services::openai()),
            ..Embedded::default()
        },
        Rare::EasyText | Rare::FooocusLog | Rare::InfotextBeside | Rare::JsonBeside => {
            Embedded::default()
        }
    }
}

/// The files beside a picture.
pub(crate) fn beside(plan: &Plan, shot: &Shot) -> Vec<Beside> {
    let Some((turn, since)) = shot.rare else {
        return Vec::new();
    };
    let recipe = &shot.recipe;
    let path = shot.path();
    let stem = path
        .rsplit_once('.')
        .map_or(path.as_str(), |(stem, _)| stem);
    let (path, text) = match turn.kind {
        Rare::EasyText => (format!("{stem}.txt"), easy_diffusion::lines(recipe)),
        Rare::InfotextBeside => (format!("{stem}.txt"), a1111::infotext(recipe, Tool::A1111)),
        Rare::JsonBeside => (format!("{stem}.json"), civitai::beside(recipe, shot.when)),
        // The first picture of a folder brings the log of all.
        Rare::FooocusLog if turn.index == 0 => {
            let (folder, _) = path.rsplit_once('/').unwrap_or_default();
            let same = |number: &u64| {
                Rare::of(plan.count, *number).is_some_and(|other| other.first == turn.first)
            };
            let pictures: Vec<_> = (shot.number..plan.count.min(shot.number + 8))
                .filter(same)
                .map(|number| {
                    let shot = Shot::of(plan, number);
                    let path = shot.path();
                    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
                    (name, shot.recipe, shot.style)
                })
                .collect();
            (
                format!("{folder}/log.html"),
                fooocus_log::log(&since.day_text(), &pictures),
            )
        }
        _ => return Vec::new(),
    };
    vec![Beside {
        path,
        bytes: text.into_bytes(),
    }]
}

/// What the record of this kind does to the values.
pub(super) fn correct(kind: Rare, recipe: &Recipe, truth: &mut Truth) {
    truth.place = kind.place();
    truth.rare = Some(kind);
    let run = &mut truth.run;
    match kind {
        Rare::Reforge => a1111::correct(recipe, Tool::Reforge, run),
        Rare::HiddenAlpha | Rare::HiddenColours | Rare::InfotextBeside => {
            a1111::correct(recipe, Tool::A1111, run);
        }
        Rare::InvokeSecond => invokeai_old::correct(run, true),
        Rare::InvokeFirst => invokeai_old::correct(run, false),
        Rare::StabilityMatrix => stability_matrix::correct(recipe, run),
        Rare::FooocusInfotext => fooocus_infotext::correct(recipe, run),
        Rare::FooocusMre | Rare::RuinedFooocus => fooocus_mre::correct(recipe, run),
        Rare::DrawThings => draw_things::correct(recipe, run),
        Rare::NovelaiHidden => run.model = Some(novelai::SOURCE.to_owned()),
        Rare::ComfyDrawn | Rare::ComfyJpeg | Rare::ComfyWebp => comfyui::correct(recipe, run),
        Rare::Sdnext => sdnext::correct(recipe, run),
        Rare::Civitai | Rare::JsonBeside => {
            if kind == Rare::JsonBeside {
                // Its LoRAs are resources of the page, which the record does not name.
                run.loras.clear();
            }
            run.sampler = Some(a1111::joined_name(recipe));
            run.scheduler = None;
        }
        Rare::EasyBlocks | Rare::EasyText | Rare::EasyJson | Rare::Sygil | Rare::Diffusers => {
            run.scheduler = None;
        }
        Rare::Midjourney => midjourney::correct(run),
        Rare::Google | Rare::Openai => *run = Sampling::default(),
        Rare::Firefly => {
            *run = Sampling {
                positive: std::mem::take(&mut run.positive),
                ..Sampling::default()
            };
        }
        Rare::FooocusPlus
        | Rare::FooocusExif
        | Rare::FooocusLog
        | Rare::Tensorart
        | Rare::Metahub => {}
    }
    let sizeless = [Rare::Midjourney, Rare::Google, Rare::Firefly, Rare::Openai];
    if sizeless.contains(&kind) {
        truth.size = None;
    }
}
