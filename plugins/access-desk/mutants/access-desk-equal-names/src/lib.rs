//! Access Desk with one defect: see [`Defect`].

use access_desk_logic::{AccessDesk, Account, Conduct, Failure, Okta, Person};

/// Takes the first user of that name in Okta for the person.
#[derive(Debug)]
pub struct Defect;

impl Conduct for Defect {
    fn find(okta: &mut Okta<'_, '_>, account: &Account) -> Result<Option<Person>, Failure> {
        let (first, last) = account.real_name.split_once(' ').unwrap_or((&account.real_name, ""));
        let expression = format!("profile.firstName eq \"{first}\" and profile.lastName eq \"{last}\"");
        Ok(okta.search_users(&expression)?.into_iter().next())
    }
}

plugin_sdk::export!(listening_agent: AccessDesk<Defect>);
