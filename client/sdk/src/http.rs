//! Typed calls on the server's API.

use crate::error::Error;
use crate::platform::{Method, Payload, Platform, Request, Response};
use crypto_core::wire::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The API of one server.
pub struct Api<P>(Arc<P>);

impl<P> Clone for Api<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<P: Platform> Api<P> {
    /// On a platform.
    pub fn new(platform: P) -> Self {
        Self(Arc::new(platform))
    }

    /// The platform.
    pub fn platform(&self) -> &P {
        &self.0
    }

    /// `GET`.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::Problem`], [`Error::Answer`].
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        read(&self.request(Method::Get, path, Payload::Empty).await?)
    }

    /// Any method with a JSON body and a JSON answer.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        read(&self.request(method, path, json(body)?).await?)
    }

    /// Any method with a JSON body and no answer.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn tell(&self, method: Method, path: &str, body: &impl Serialize) -> Result<(), Error> {
        self.request(method, path, json(body)?).await.map(|_| ())
    }

    /// Any method without body and answer.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn plain(&self, method: Method, path: &str) -> Result<(), Error> {
        self.request(method, path, Payload::Empty).await.map(|_| ())
    }

    /// Sends bytes.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn put_octets<T: DeserializeOwned>(&self, path: &str, bytes: Vec<u8>) -> Result<T, Error> {
        read(&self.request(Method::Put, path, Payload::Octets(bytes)).await?)
    }

    /// Fetches bytes `first..=last`.
    ///
    /// # Errors
    /// As [`Self::get`]; [`Error::Answer`] if there are not exactly so many.
    pub async fn get_range(&self, path: &str, first: u64, last: u64) -> Result<Vec<u8>, Error> {
        let request = Request {
            method: Method::Get,
            path: api(path),
            payload: Payload::Empty,
            range: Some((first, last)),
        };
        let body = checked(self.0.send(request).await?)?.body;
        if body.len() as u64 == last - first + 1 { Ok(body) } else { Err(Error::Answer) }
    }

    async fn request(&self, method: Method, path: &str, payload: Payload) -> Result<Response, Error> {
        checked(self.0.send(Request { method, path: api(path), payload, range: None }).await?)
    }
}

fn api(path: &str) -> String {
    format!("/api/v1{path}")
}

fn json(body: &impl Serialize) -> Result<Payload, Error> {
    serde_json::to_vec(body).map(Payload::Json).map_err(|_| Error::Input)
}

fn read<T: DeserializeOwned>(response: &Response) -> Result<T, Error> {
    serde_json::from_slice(&response.body).map_err(|_| Error::Answer)
}

fn checked(response: Response) -> Result<Response, Error> {
    if (200..300).contains(&response.status) {
        return Ok(response);
    }
    match serde_json::from_slice::<Problem>(&response.body) {
        Ok(problem) => Err(Error::Problem(problem)),
        // A proxy that cannot reach the server.
        Err(_) if matches!(response.status, 502..=504) => Err(Error::Offline),
        Err(_) => Err(Error::Answer),
    }
}
