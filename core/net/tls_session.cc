// One TLS session: OpenSSL reading and writing the descriptor itself, so that an idle session
// holds no buffers.
#include "core/net/tls_session.h"

#include <array>
#include <cerrno>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include "core/crypto/hex.h"
#include "core/net/dane_session.h"
#include "core/net/tls.h"

namespace mailctl::net {
namespace {

int descriptor_of(BIO* bio)
{
    return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

int bio_write(BIO* bio, const char* octets, int size)
{
    BIO_clear_retry_flags(bio);
    const auto sent = ::send(descriptor_of(bio), octets, static_cast<std::size_t>(size),
                             MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_retry_write(bio);
    return static_cast<int>(sent);
}

int bio_read(BIO* bio, char* octets, int size)
{
    BIO_clear_retry_flags(bio);
    const auto got =
        ::recv(descriptor_of(bio), octets, static_cast<std::size_t>(size), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_retry_read(bio);
    if (got == 0)
        BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return static_cast<int>(got);
}

long bio_control(BIO* bio, int command, long, void*)
{
    if (command == BIO_CTRL_FLUSH)
        return 1;
    if (command == BIO_CTRL_EOF)
        return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    return 0;
}

int bio_create(BIO* bio)
{
    BIO_set_init(bio, 1);
    return 1;
}

const BIO_METHOD* socket_method()
{
    static const BIO_METHOD* method = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
        BIO_meth_set_write(made, bio_write);
        BIO_meth_set_read(made, bio_read);
        BIO_meth_set_ctrl(made, bio_control);
        BIO_meth_set_create(made, bio_create);
        return made;
    }();
    return method;
}

/// RFC 9266 §4.1; only where TLS itself makes it unique (§4.2).
std::string exporter_binding(SSL* ssl)
{
    static constexpr std::string_view kLabel = "EXPORTER-Channel-Binding";
    std::string out(32, '\0');
    if (SSL_version(ssl) < TLS1_3_VERSION ||
        SSL_export_keying_material(ssl, reinterpret_cast<unsigned char*>(out.data()), out.size(),
                                   kLabel.data(), kLabel.size(), nullptr, 0, 0) != 1)
        return {};
    return out;
}

/// RFC 5929 §4.1: the certificate's hash by its signature's hash; MD5 and SHA-1 become SHA-256.
std::string end_point_binding(const X509* certificate)
{
    int digest = NID_undef;
    if (!certificate || X509_get_signature_info(const_cast<X509*>(certificate), &digest, nullptr,
                                                nullptr, nullptr) != 1)
        return {};
    if (digest == NID_undef)
        return {}; // the signature has no hash of its own: "not defined at this time"
    if (digest == NID_md5 || digest == NID_sha1)
        digest = NID_sha256;
    const EVP_MD* method = EVP_get_digestbynid(digest);
    std::array<unsigned char, EVP_MAX_MD_SIZE> octets{};
    unsigned size = 0;
    if (!method || X509_digest(certificate, method, octets.data(), &size) != 1)
        return {};
    return {reinterpret_cast<const char*>(octets.data()), size};
}

/// SHA-256 over the certificate, in hex; empty: there is none.
std::string fingerprint(const X509* certificate)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> octets{};
    unsigned size = 0;
    if (!certificate || X509_digest(certificate, EVP_sha256(), octets.data(), &size) != 1)
        return {};
    return crypto::encode_hex({reinterpret_cast<const char*>(octets.data()), size});
}

/// The first mail address of subjectAltName or of the subject; empty: there is none.
std::string mail_address(X509* certificate)
{
    std::string address;
    STACK_OF(OPENSSL_STRING)* all = X509_get1_email(certificate);
    if (sk_OPENSSL_STRING_num(all) > 0)
        address = sk_OPENSSL_STRING_value(all, 0);
    X509_email_free(all);
    return address;
}

/// The common name; empty: there is none.
std::string common_name(const X509* certificate)
{
    char name[256] = {};
    if (certificate)
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name,
                                  sizeof name);
    return name;
}

void name_peer(X509* certificate, TlsInfo& info)
{
    if (!certificate)
        return;
    info.peer_fingerprint = fingerprint(certificate);
    info.peer_address = mail_address(certificate);
    if (info.peer_address.empty())
        info.peer_address = common_name(certificate);
    if (info.peer_address.find('@') == std::string::npos)
        info.peer_address.clear();
}

} // namespace

struct TlsSession::Implementation {
    std::shared_ptr<const TlsContext> context;
    SSL* ssl = nullptr;
    ~Implementation() { SSL_free(ssl); }
};

TlsSession::TlsSession(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation))
{}

TlsSession::~TlsSession() = default;

Result<std::unique_ptr<TlsSession>> TlsSession::make(std::shared_ptr<const TlsContext> context,
                                                     int descriptor)
{
    auto implementation = std::make_unique<Implementation>();
    implementation->ssl = SSL_new(static_cast<SSL_CTX*>(context->native()));
    BIO* bio = BIO_new(socket_method());
    if (!implementation->ssl || !bio) {
        BIO_free(bio);
        return Error(Errc::Unavailable, "no memory for a TLS session");
    }
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(descriptor)));
    SSL_set_bio(implementation->ssl, bio, bio);
    if (context->is_client()) {
        if (!context->server_name().empty())
            SSL_set_tlsext_host_name(implementation->ssl, context->server_name().c_str());
        if (!prepare_dane_session(implementation->ssl))
            return Error(Errc::Unavailable, "no memory for a TLS session");
        SSL_set_connect_state(implementation->ssl);
    } else {
        SSL_set_accept_state(implementation->ssl);
    }
    implementation->context = std::move(context);
    return std::unique_ptr<TlsSession>(new TlsSession(std::move(implementation)));
}

TlsWant TlsSession::want_after(int result)
{
    switch (SSL_get_error(implementation_->ssl, result)) {
        case SSL_ERROR_NONE:
            return TlsWant::Nothing;
        case SSL_ERROR_WANT_READ:
            return TlsWant::Read;
        case SSL_ERROR_WANT_WRITE:
            return TlsWant::Write;
        case SSL_ERROR_ZERO_RETURN:
            failure_ = "the peer closed";
            return TlsWant::Closed;
        case SSL_ERROR_SYSCALL:
            failure_ = "the peer is gone";
            return TlsWant::Closed;
        default:
            break;
    }
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    failure_ = reason ? reason : "TLS error";
    if (const long verified = SSL_get_verify_result(implementation_->ssl); verified != X509_V_OK)
        failure_ += std::string(" (") + X509_verify_cert_error_string(verified) + ")";
    return TlsWant::Failed;
}

TlsWant TlsSession::handshake()
{
    ERR_clear_error();
    return want_after(SSL_do_handshake(implementation_->ssl));
}

TlsSession::Outcome TlsSession::read(char* buffer, std::size_t size)
{
    ERR_clear_error();
    Outcome outcome;
    const int result = SSL_read_ex(implementation_->ssl, buffer, size, &outcome.octets);
    outcome.want = want_after(result);
    return outcome;
}

TlsSession::Outcome TlsSession::write(std::string_view octets)
{
    ERR_clear_error();
    Outcome outcome;
    const int result =
        SSL_write_ex(implementation_->ssl, octets.data(), octets.size(), &outcome.octets);
    outcome.want = want_after(result);
    return outcome;
}

bool TlsSession::has_pending() const
{
    return SSL_pending(implementation_->ssl) > 0;
}

void TlsSession::shutdown()
{
    if (!failure_.empty() || SSL_in_init(implementation_->ssl))
        return;
    ERR_clear_error();
    SSL_shutdown(implementation_->ssl);
    ERR_clear_error();
}

TlsInfo TlsSession::info() const
{
    SSL* ssl = implementation_->ssl;
    TlsInfo info;
    info.version = SSL_get_version(ssl); // "TLSv1.3"
    if (info.version.starts_with("TLSv"))
        info.version.erase(3, 1);
    if (info.version == "TLS1")
        info.version = "TLS1.0";
    info.cipher = SSL_get_cipher_name(ssl);
    if (const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name))
        info.server_name = name;
    info.channel_binding = exporter_binding(ssl);
    if (!implementation_->context->is_client() && SSL_get_verify_result(ssl) == X509_V_OK)
        info.peer_name = common_name(SSL_get0_peer_certificate(ssl));
    if (!implementation_->context->is_client())
        name_peer(SSL_get0_peer_certificate(ssl), info);
    info.server_end_point =
        end_point_binding(implementation_->context->is_client() ? SSL_get0_peer_certificate(ssl)
                                                                : SSL_get_certificate(ssl));
    return info;
}

} // namespace mailctl::net
