//! The API under `/api/v1`, the health check, the API's description and the web client.
//!
//! One file for an endpoint or a closely knit pair. A handler takes its input apart, calls one use case and
//! answers; it touches no store. Every error is a problem, and no input makes a 5xx.

mod account;
mod administrators;
mod auditors;
mod bin;
mod contacts;
mod delivery;
mod deputies;
mod directory;
mod drafts;
mod events;
mod extract;
mod grants;
mod invitations;
mod messages;
mod middleware;
mod outbox;
mod parts;
mod password_requests;
mod people;
mod preferences;
mod problem;
mod recovery;
mod resets;
mod rules;
mod second_factor;
mod security_txt;
mod session;
mod sessions;
mod settings;
mod setup;
mod sign_in;
mod status;
mod uploads;
mod usage;
mod web;

#[cfg(test)]
mod tests;

use crate::service::Portal;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use crypto_core::wire::{ProblemCode, limits};
use problem::Refusal;
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, ResponseBuilder};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The longest JSON body: a header in base64url and something around it.
const JSON_BYTES: usize = 512 * 1024;
/// What a handler answers.
type Answer<T> = Result<Json<T>, Refusal>;
/// What a handler answers that has nothing to say.
type Done = Result<StatusCode, Refusal>;

#[derive(OpenApi)]
#[openapi(
    info(title = "Mailbox portal", description = "Sealed in the browser; the server keeps ciphertext."),
    components(schemas(crypto_core::wire::Problem, crypto_core::wire::api::Event))
)]
struct Description;

/// Everything that the server answers.
pub fn router(portal: Portal) -> Router {
    let portal = Arc::new(portal);
    let described = OpenApiRouter::with_openapi(Description::openapi()).nest("/api/v1", api());
    let (api, mut description) = described.split_for_parts();
    describe_problems(&mut description);
    describe_tokens(&mut description);
    let layer = |router: Router<Arc<Portal>>| {
        router
            .layer(from_fn_with_state(Arc::clone(&portal), middleware::in_time))
            .layer(from_fn_with_state(Arc::clone(&portal), middleware::same_origin))
            .layer(from_fn_with_state(Arc::clone(&portal), middleware::encrypted))
            .layer(from_fn_with_state(Arc::clone(&portal), middleware::security_headers))
            .layer(from_fn_with_state(Arc::clone(&portal), middleware::trace))
    };
    let router = api
        .route("/api/v1/openapi.json", get(move || std::future::ready(Json(description))))
        .route("/healthz", get(status::health))
        .route("/.well-known/web-client.json", get(web::manifest))
        .route("/.well-known/security.txt", get(security_txt::security_txt))
        .fallback(web::serve)
        .method_not_allowed_fallback(|| {
            std::future::ready(Refusal::from(ProblemCode::MethodNotAllowed).into_response())
        });
    layer(router).with_state(portal)
}

/// Every endpoint answers a problem if it refuses.
fn describe_problems(description: &mut utoipa::openapi::OpenApi) {
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response =
        ResponseBuilder::new().description("refused").content("application/problem+json", problem).build();
    for path in description.paths.paths.values_mut() {
        let operations = [&mut path.get, &mut path.put, &mut path.post, &mut path.delete];
        for operation in operations.into_iter().flatten() {
            operation.responses.responses.insert("default".into(), response.clone().into());
        }
    }
}

/// An auditor's token.
fn describe_tokens(description: &mut utoipa::openapi::OpenApi) {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    let components = description.components.get_or_insert_default();
    components.add_security_scheme("auditor", SecurityScheme::Http(bearer));
}

fn api() -> OpenApiRouter<Arc<Portal>> {
    let pieces = OpenApiRouter::new()
        .routes(routes!(uploads::put_piece, uploads::drop_part))
        .routes(routes!(drafts::one, drafts::save, drafts::discard))
        .layer(DefaultBodyLimit::max(limits::PIECE_BYTES));
    OpenApiRouter::new()
        .routes(routes!(status::status))
        .routes(routes!(setup::start))
        .routes(routes!(setup::finish))
        .routes(routes!(setup::start_restore))
        .routes(routes!(setup::finish_restore))
        .routes(routes!(sign_in::start))
        .routes(routes!(sign_in::finish))
        .routes(routes!(sign_in::second_factor))
        .routes(routes!(session::resume, session::sign_out))
        .routes(routes!(session::keep_resume_key))
        .routes(routes!(session::alive))
        .routes(routes!(sessions::list, sessions::end_others))
        .routes(routes!(sessions::end))
        .routes(routes!(second_factor::state, second_factor::enrol, second_factor::remove))
        .routes(routes!(second_factor::renew_backup_codes))
        .routes(routes!(second_factor::reset))
        .routes(routes!(second_factor::require_password_change))
        .routes(routes!(account::start_password))
        .routes(routes!(account::rotate))
        .routes(routes!(account::replace_bundle))
        .routes(routes!(settings::state, settings::replace))
        .routes(routes!(preferences::set))
        .routes(routes!(outbox::list))
        .routes(routes!(directory::chains))
        .routes(routes!(directory::proved))
        .routes(routes!(directory::checkpoint))
        .routes(routes!(directory::consistency))
        .routes(routes!(directory::epochs))
        .routes(routes!(directory::cosign))
        .routes(routes!(directory::replace_policy))
        .routes(routes!(directory::witness_states))
        .routes(routes!(auditors::entries))
        .routes(routes!(auditors::histories))
        .routes(routes!(contacts::list))
        .routes(routes!(invitations::start))
        .routes(routes!(invitations::finish))
        .routes(routes!(invitations::list))
        .routes(routes!(uploads::open))
        .routes(routes!(uploads::state, uploads::drop_upload))
        .routes(routes!(uploads::commit))
        .routes(routes!(messages::page))
        .routes(routes!(messages::one))
        .routes(routes!(delivery::opened))
        .routes(routes!(delivery::unread))
        .routes(routes!(delivery::saved))
        .routes(routes!(delivery::recall))
        .routes(routes!(bin::put))
        .routes(routes!(bin::restore))
        .routes(routes!(bin::delete))
        .routes(routes!(bin::empty))
        .routes(routes!(drafts::list))
        .routes(routes!(usage::used))
        .routes(routes!(usage::rotate))
        .routes(routes!(parts::part))
        .routes(routes!(grants::give))
        .routes(routes!(recovery::set))
        .routes(routes!(recovery::start))
        .routes(routes!(recovery::fetch))
        .routes(routes!(recovery::password))
        .routes(routes!(recovery::commit))
        .routes(routes!(password_requests::ask, password_requests::list))
        .routes(routes!(password_requests::decline))
        .routes(routes!(resets::start))
        .routes(routes!(resets::finish))
        .routes(routes!(resets::list))
        .routes(routes!(resets::messages))
        .routes(routes!(events::events))
        .routes(routes!(people::page))
        .routes(routes!(people::lock))
        .routes(routes!(people::unlock))
        .routes(routes!(people::revoke))
        .routes(routes!(people::close))
        .routes(routes!(administrators::remove))
        .routes(routes!(people::depute))
        .routes(routes!(people::give_root_share))
        .routes(routes!(people::move_account))
        .routes(routes!(deputies::name))
        .routes(routes!(deputies::resigned))
        .routes(routes!(deputies::resign))
        .routes(routes!(rules::show, rules::change))
        .routes(routes!(rules::events))
        .routes(routes!(rules::root_share, rules::root_share_taken))
        .layer(DefaultBodyLimit::max(JSON_BYTES))
        .merge(pieces)
}
