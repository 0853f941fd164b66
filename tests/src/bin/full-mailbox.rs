//! `full-mailbox --url URL --setup-link LINK --count N`: a new portal in which a partner has got N messages, made
//! through the sdk alone; up to 400 are all of one member of staff, of more each is of the next. Prints
//! `{staff, partner}` with address and password as JSON. The subjects are `Nachricht 1` to `Nachricht N`.

use serde_json::json;
use tests::actors::{ADMIN, PARTNER, PASSWORD, STAFF, join, partner, set_up, staff_member, write};

/// Messages of one person.
const EACH: usize = 401;

#[tokio::main]
async fn main() {
    let (url, link) = (argument("--url"), argument("--setup-link"));
    let count: usize = argument("--count").parse().expect("--count is a number");
    let admin = set_up(&url, &link, "Knappschaft-Bahn-See (Test)", "Anna Adler", ADMIN, PASSWORD).await;
    let mut staff = vec![join(&admin, &staff_member(STAFF, "Sabine Sommer"), PASSWORD).await];
    join(&staff[0], &partner(PARTNER), PASSWORD).await;
    // The server gives proofs to each only so often.
    for number in 1..=count / EACH {
        let (address, name) = (format!("person.{number}@kbs.example"), format!("Person {number}"));
        staff.push(join(&admin, &staff_member(&address, &name), PASSWORD).await);
    }
    for (number, from) in (1..=count).zip(staff.iter().cycle()) {
        let subject = format!("Nachricht {number}");
        write(from, &[PARTNER], &subject, "Eine von vielen.", &[]).await.expect("message");
    }
    let account = |address| json!({ "address": address, "password": PASSWORD });
    println!("{}", json!({ "staff": account(STAFF), "partner": account(PARTNER) }));
}

fn argument(name: &str) -> String {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).unwrap_or_else(|| panic!("{name} is missing"))
}
