//! `/api/v1/users/{}/factors/catalog` and `/questions`: what a person may enrol as a second factor.

use serde_json::json;
use twin_sdk::Reply;

use super::factors;
use super::route::{Operation, own};
use super::users::named;
use crate::call::Call;
use crate::documents::{document, set, text};
use crate::errors::Error;
use crate::wire;

pub(super) const OPERATIONS: &[Operation] = &[
    own("listSupportedFactors", "GET", "/api/v1/users/{userId}/factors/catalog", catalogue),
    own("listSupportedSecurityQuestions", "GET", "/api/v1/users/{userId}/factors/questions", questions),
];

/// What can be enrolled: factor type, provider, and what its ids begin with.
pub(super) const KINDS: &[(&str, &str, &str)] = &[
    ("call", "OKTA", "clf"),
    ("email", "OKTA", "emf"),
    ("question", "OKTA", "ufs"),
    ("sms", "OKTA", "mbl"),
    ("token:software:totp", "GOOGLE", "uft"),
    ("token:software:totp", "OKTA", "ost"),
];

/// Every question of the service, by its key and in its order.
const QUESTIONS: &[(&str, &str)] = &[
    ("disliked_food", "What is the food you least liked as a child?"),
    ("name_of_first_plush_toy", "What is the name of your first stuffed animal?"),
    ("first_award", "What did you earn your first medal or award for?"),
    ("favorite_security_question", "What is your favorite security question?"),
    ("favorite_toy", "What is the toy/stuffed animal you liked the most as a kid?"),
    ("first_computer_game", "What was the first computer game you played?"),
    ("favorite_movie_quote", "What is your favorite movie quote?"),
    ("first_sports_team_mascot", "What was the mascot of the first sports team you played on?"),
    ("first_music_purchase", "What music album or song did you first purchase?"),
    ("favorite_art_piece", "What is your favorite piece of art?"),
    ("grandmother_favorite_desert", "What was your grandmother's favorite dessert?"),
    ("first_thing_cooked", "What was the first thing you learned to cook?"),
    ("childhood_dream_job", "What was your dream job as a child?"),
    ("first_kiss_location", "Where did you have your first kiss?"),
    ("place_where_significant_other_was_met", "Where did you meet your spouse/significant other?"),
    ("favorite_vacation_location", "Where did you go for your favorite vacation?"),
    ("new_years_two_thousand", "Where were you on New Year's Eve in the year 2000?"),
    ("favorite_speaker_actor", "Who is your favorite speaker/orator?"),
    ("favorite_book_movie_character", "Who is your favorite book/movie character?"),
    ("favorite_sports_player", "Who is your favorite sports player?"),
];

/// The question behind a key.
pub(super) fn words(key: &str) -> Option<&'static str> {
    QUESTIONS.iter().find(|(known, _)| *known == key).map(|(_, words)| *words)
}

fn questions(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    named(call)?;
    let views: Vec<_> =
        QUESTIONS.iter().map(|(key, words)| json!({"question": key, "questionText": words})).collect();
    Ok(Reply::json(200, &views)?)
}

fn catalogue(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let enrolled = factors::of(call.state, text(&user, "id"))?;
    let at = call.href(&format!("/api/v1/users/{}/factors", text(&user, "id")));
    let views: Vec<_> = KINDS
        .iter()
        .map(|(kind, provider, _)| {
            let mut links = document(json!({"enroll": wire::hinted(&at, &["POST"])}));
            if *kind == "question" {
                set(&mut links, "questions", wire::hinted(&format!("{at}/questions"), &["GET"]));
            }
            let has = enrolled
                .iter()
                .any(|factor| text(factor, "factorType") == *kind && text(factor, "provider") == *provider);
            json!({
                "factorType": kind, "provider": provider, "vendorName": provider, "enrollment": "OPTIONAL",
                "status": if has { "ACTIVE" } else { "NOT_SETUP" },
                "_links": links,
            })
        })
        .collect();
    Ok(Reply::json(200, &views)?)
}
