//! Personas: loaded for their role alone, and the same turn says the same.

use crate::stage::Stage;
use glasshouse_sandbox::{
    ComponentError, Conversation, Limits, LoadError, NoModel, PersonaComponent, PersonaGrants, RandomStream,
    Spoken, Talker,
};
use glasshouse_testing::guest;

const ROLE: &str =
    r#"{"opening": ["One.", "Two.", "Three.", "Four."], "rule": [{"when": "more?", "say": "No."}]}"#;

fn turn(
    persona: &PersonaComponent,
    key: u8,
    role: &str,
    messages: Vec<Spoken>,
) -> Result<Option<String>, String> {
    let grants = PersonaGrants { random: RandomStream::new([key; 32]), model: Box::new(NoModel) };
    let conversation = Conversation { role: role.to_owned(), messages };
    let said = persona.next(&conversation, grants, Limits::default());
    said.map_err(|error| error.to_string())?.map_err(|refusal| refusal.to_string())
}

#[test]
fn a_turn_is_its_role_its_conversation_and_its_stream() {
    let stage = Stage::new(None);
    let persona = stage.load_persona(&guest("persona-scripted")).unwrap();
    let openings: Vec<_> = (0..16).map(|key| turn(&persona, key, ROLE, vec![]).unwrap().unwrap()).collect();
    let again: Vec<_> = (0..16).map(|key| turn(&persona, key, ROLE, vec![]).unwrap().unwrap()).collect();
    assert_eq!(openings, again);
    assert!(openings.iter().any(|opening| opening != &openings[0]), "the stream decides");
    let spoken = |speaker, text: &str| Spoken { speaker, at: 1, text: text.to_owned() };
    let heard = vec![spoken(Talker::Persona, "One."), spoken(Talker::Subject, "More?")];
    assert_eq!(turn(&persona, 0, ROLE, heard), Ok(Some("No.".to_owned())));
    assert_eq!(turn(&persona, 0, ROLE, vec![spoken(Talker::Persona, "One.")]), Ok(None));
}

#[test]
fn a_role_that_it_does_not_read_is_its_own_error() {
    let stage = Stage::new(None);
    let persona = stage.load_persona(&guest("persona-scripted")).unwrap();
    let refused = turn(&persona, 0, r#"{"openings": "One."}"#, vec![]);
    assert_eq!(refused, Err("invalid argument: role.openings is not a key here".to_owned()));
}

#[test]
fn only_personas_are_taken_for_one_and_each_reason_is_named() {
    let stage = Stage::new(None);
    for (name, problem) in [
        ("agent-greeter", "which no persona may import"),
        ("judge-effects", "it does not export `glasshouse:persona/speaking@0.1.0`"),
    ] {
        let Err(ComponentError::Load(LoadError::WrongRole { role, problems })) =
            stage.load_persona(&guest(name))
        else {
            panic!("{name} is taken for a persona")
        };
        assert_eq!(role, "persona");
        assert!(problems.iter().any(|one| one.contains(problem)), "{name}: {problems:?}");
    }
}
