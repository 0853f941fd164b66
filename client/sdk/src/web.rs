//! The sdk in a browser's worker.

use crate::platform::{Payload, Platform, Request, Response, TransportError};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestCredentials, RequestInit, RequestRedirect, WorkerGlobalScope};

/// `fetch` to the own origin, the browser's clock and randomness.
pub struct Web {
    scope: WorkerGlobalScope,
}

impl Web {
    /// In the scope of a worker; `None` elsewhere.
    pub fn new() -> Option<Self> {
        js_sys::global().dyn_into().ok().map(|scope| Self { scope })
    }

    async fn fetch(&self, request: Request) -> Result<Response, JsValue> {
        let headers = Headers::new()?;
        let init = RequestInit::new();
        init.set_method(request.method.as_str());
        init.set_credentials(RequestCredentials::SameOrigin);
        init.set_redirect(RequestRedirect::Error);
        match request.payload {
            Payload::Empty => {}
            Payload::Json(bytes) => {
                headers.set("content-type", "application/json")?;
                init.set_body(&Uint8Array::from(bytes.as_slice()));
            }
            Payload::Octets(bytes) => {
                headers.set("content-type", "application/octet-stream")?;
                init.set_body(&Uint8Array::from(bytes.as_slice()));
            }
        }
        if let Some((first, last)) = request.range {
            headers.set("range", &format!("bytes={first}-{last}"))?;
        }
        init.set_headers(&headers);
        let response = JsFuture::from(self.scope.fetch_with_str_and_init(&request.path, &init)).await?;
        let response: web_sys::Response = response.dyn_into()?;
        let body = JsFuture::from(response.array_buffer()?).await?;
        Ok(Response { status: response.status(), body: Uint8Array::new(&body).to_vec() })
    }
}

impl Platform for Web {
    type Rng = UnwrapErr<SysRng>;

    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.fetch(request).await.map_err(|_| TransportError)
    }

    async fn pause(&self, ms: u32) {
        let scope = &self.scope;
        let promise = Promise::new(&mut |resolve, _| {
            let ms = i32::try_from(ms).unwrap_or(i32::MAX);
            // Without a timer there is no pause, and nothing is lost by that.
            let _ = scope.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
        });
        let _ = JsFuture::from(promise).await;
    }

    fn now_ms(&self) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a date is a small whole number"
        )]
        let now = js_sys::Date::now() as u64;
        now
    }

    fn ahead_of_utc_minutes(&self, at_ms: u64) -> i32 {
        #[expect(clippy::cast_precision_loss, reason = "a date is a small whole number")]
        let date = js_sys::Date::new(&JsValue::from_f64(at_ms as f64));
        #[expect(clippy::cast_possible_truncation, reason = "less than a day")]
        let behind = date.get_timezone_offset() as i32;
        -behind
    }

    fn rng(&self) -> Self::Rng {
        UnwrapErr(SysRng)
    }
}
