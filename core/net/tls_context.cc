// TLS contexts on OpenSSL: one SSL_CTX a certificate, the right one picked by server name.
#include <map>
#include <mutex>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "core/base/ascii.h"
#include "core/net/tls.h"

namespace mailctl::net {
namespace {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* p) const
    {
        Free(p);
    }
};
using Ctx = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

std::string last_reason()
{
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return reason ? reason : "unknown reason";
}

Bio bio_over(const std::string& pem)
{
    return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

/// A key with a passphrase fails instead of asking the terminal.
int no_passphrase(char*, int, int, void*)
{
    return 0;
}

Result<int> version_number(std::string_view text)
{
    if (text == "1.0")
        return TLS1_VERSION;
    if (text == "1.1")
        return TLS1_1_VERSION;
    if (text == "1.2")
        return TLS1_2_VERSION;
    if (text == "1.3")
        return TLS1_3_VERSION;
    return Error(Errc::Invalid, "TLS version \"" + std::string(text) + "\" is not 1.0 to 1.3");
}

/// Settings every server context has.
Result<> configure(SSL_CTX* ctx, const TlsOptions& options)
{
    TRY(const int lowest, version_number(options.min_version));
    TRY(const int highest, version_number(options.max_version));
    if (lowest > highest)
        return Error(Errc::Invalid, "the lowest TLS version is above the highest");
    if (lowest < TLS1_2_VERSION)
        SSL_CTX_set_security_level(ctx, 0); // asked for: SHA-1 signatures come with 1.0 and 1.1
    if (SSL_CTX_set_min_proto_version(ctx, lowest) != 1 ||
        SSL_CTX_set_max_proto_version(ctx, highest) != 1)
        return Error(Errc::Invalid, "TLS versions: " + last_reason());
    if (!options.ciphers.empty() && SSL_CTX_set_cipher_list(ctx, options.ciphers.c_str()) != 1)
        return Error(Errc::Invalid, "TLS ciphers \"" + options.ciphers + "\": " + last_reason());
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                 SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // Sessions resume by tickets alone: nothing is kept a client.
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(ctx, 1);
    static constexpr unsigned char kSessionContext[] = "mailctl";
    SSL_CTX_set_session_id_context(ctx, kSessionContext, sizeof kSessionContext - 1);
    return ok();
}

Result<> use_chain(SSL_CTX* ctx, const std::string& pem)
{
    const Bio bio = bio_over(pem);
    const Certificate leaf(PEM_read_bio_X509_AUX(bio.get(), nullptr, no_passphrase, nullptr));
    if (!leaf)
        return Error(Errc::Invalid, "no certificate in PEM form: " + last_reason());
    if (SSL_CTX_use_certificate(ctx, leaf.get()) != 1)
        return Error(Errc::Invalid, "certificate: " + last_reason());
    while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)) {
        if (SSL_CTX_add0_chain_cert(ctx, next) != 1) {
            X509_free(next);
            return Error(Errc::Invalid, "certificate chain: " + last_reason());
        }
    }
    ERR_clear_error(); // the end of the text reads as an error
    return ok();
}

Result<> use_key(SSL_CTX* ctx, const std::string& pem)
{
    const Bio bio = bio_over(pem);
    const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
    if (!key)
        return Error(Errc::Invalid, "no private key in PEM form: " + last_reason());
    if (SSL_CTX_use_PrivateKey(ctx, key.get()) != 1 || SSL_CTX_check_private_key(ctx) != 1)
        return Error(Errc::Invalid, "the key does not fit the certificate: " + last_reason());
    return ok();
}

/// Trusts these certificates and no others, also where they were signed by another.
Result<> trust(SSL_CTX* ctx, const std::string& pem)
{
    const Bio bio = bio_over(pem);
    X509_STORE* store = SSL_CTX_get_cert_store(ctx);
    std::size_t count = 0;
    while (Certificate one{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)}) {
        if (X509_STORE_add_cert(store, one.get()) != 1 || SSL_CTX_add_client_CA(ctx, one.get()) != 1)
            return Error(Errc::Invalid, "trusted certificates: " + last_reason());
        ++count;
    }
    ERR_clear_error(); // the end of the text reads as an error
    if (count == 0)
        return Error(Errc::Invalid, "trusted certificates: none in PEM form");
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(ctx), X509_V_FLAG_PARTIAL_CHAIN);
    return ok();
}

/// Who a certificate is of is told by its fingerprint; TLS itself proves that its key is at hand.
int accept_any(int, X509_STORE_CTX*)
{
    return 1;
}

/// The names a certificate speaks for: its DNS alternatives, else its common name. RFC 6125 §6.4
std::vector<std::string> names_in(SSL_CTX* ctx)
{
    std::vector<std::string> names;
    X509* certificate = SSL_CTX_get0_certificate(ctx);
    auto* alternatives = static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; i < sk_GENERAL_NAME_num(alternatives); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(alternatives, i);
        if (name->type == GEN_DNS)
            names.emplace_back(
                reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    }
    GENERAL_NAMES_free(alternatives);
    if (!names.empty())
        return names;
    char common[256] = {};
    if (X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, common,
                                  sizeof common) > 0)
        names.emplace_back(common);
    return names;
}

class ServerContext : public TlsContext {
public:
    void* native() const override { return all_.empty() ? nullptr : all_[default_].get(); }
    bool is_client() const override { return false; }
    const std::string& server_name() const override { return none_; }

    Result<> add(const CertificatePem& pem, const TlsOptions& options)
    {
        Ctx ctx(SSL_CTX_new(TLS_server_method()));
        if (!ctx)
            return Error(Errc::Unavailable, "no memory for TLS");
        TRY_VOID(configure(ctx.get(), options));
        TRY_VOID(use_chain(ctx.get(), pem.chain));
        TRY_VOID(use_key(ctx.get(), pem.key));
        if (!options.client_ca.empty()) {
            TRY_VOID(trust(ctx.get(), options.client_ca));
            SSL_CTX_set_verify(ctx.get(), SSL_VERIFY_PEER, nullptr);
        } else if (options.asks_clients) {
            SSL_CTX_set_verify(ctx.get(), SSL_VERIFY_PEER, &accept_any);
        }
        SSL_CTX_set_tlsext_servername_callback(ctx.get(), &ServerContext::on_server_name);
        SSL_CTX_set_tlsext_servername_arg(ctx.get(), this);
        for (const auto& name : pem.names.empty() ? names_in(ctx.get()) : pem.names)
            by_name_.try_emplace(ascii::lower(name), ctx.get()); // the first one wins
        all_.push_back(std::move(ctx));
        if (pem.names.empty() && !has_default_) {
            has_default_ = true;
            default_ = all_.size() - 1;
        }
        return ok();
    }

private:
    /// RFC 6066 §3: an unknown name gets the default certificate.
    static int on_server_name(SSL* ssl, int*, void* self)
    {
        const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
        if (!name)
            return SSL_TLSEXT_ERR_NOACK;
        if (SSL_CTX* found = static_cast<const ServerContext*>(self)->find(ascii::lower(name)))
            SSL_set_SSL_CTX(ssl, found);
        return SSL_TLSEXT_ERR_OK;
    }

    SSL_CTX* find(const std::string& name) const
    {
        if (const auto exact = by_name_.find(name); exact != by_name_.end())
            return exact->second;
        const auto dot = name.find('.');
        if (dot == std::string::npos)
            return nullptr;
        const auto wild = by_name_.find("*" + name.substr(dot)); // one label, RFC 6125 §6.4.3
        return wild != by_name_.end() ? wild->second : nullptr;
    }

    std::vector<Ctx> all_;
    std::map<std::string, SSL_CTX*> by_name_;
    std::size_t default_ = 0;
    bool has_default_ = false;
    std::string none_;
};

class ClientContext : public TlsContext {
public:
    explicit ClientContext(std::string server_name)
        : ctx_(SSL_CTX_new(TLS_client_method())), server_name_(std::move(server_name))
    {
        SSL_CTX_set_verify(ctx_.get(), SSL_VERIFY_NONE, nullptr);
        SSL_CTX_set_mode(ctx_.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                         SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        SSL_CTX_set_options(ctx_.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
    }
    void* native() const override { return ctx_.get(); }
    bool is_client() const override { return true; }
    const std::string& server_name() const override { return server_name_; }
    void limit(int highest) { SSL_CTX_set_max_proto_version(ctx_.get(), highest); }

    Result<> verify(const ClientTlsOptions& options)
    {
        if (options.ca.empty())
            SSL_CTX_set_default_verify_paths(ctx_.get());
        else
            TRY_VOID(trust(ctx_.get(), options.ca));
        X509_VERIFY_PARAM* expected = SSL_CTX_get0_param(ctx_.get());
        if (X509_VERIFY_PARAM_set1_ip_asc(expected, options.server_name.c_str()) == 1)
            server_name_.clear(); // RFC 6066 §3: no addresses in SNI
        else if (X509_VERIFY_PARAM_set1_host(expected, options.server_name.c_str(), 0) != 1)
            return Error(Errc::Invalid, "server name: " + last_reason());
        ERR_clear_error();
        SSL_CTX_set_verify(ctx_.get(), SSL_VERIFY_PEER, nullptr);
        SSL_CTX_set_min_proto_version(ctx_.get(), TLS1_2_VERSION);
        if (options.own.chain.empty())
            return ok();
        TRY_VOID(use_chain(ctx_.get(), options.own.chain));
        return use_key(ctx_.get(), options.own.key);
    }

private:
    Ctx ctx_;
    std::string server_name_;
};

std::string label_of(const CertificatePem& pem, std::size_t number)
{
    return pem.names.empty() ? "certificate " + std::to_string(number)
                             : "certificate of " + pem.names.front();
}

} // namespace

Result<std::shared_ptr<const TlsContext>> make_tls_context(
    const std::vector<CertificatePem>& certificates, const TlsOptions& options)
{
    if (certificates.empty())
        return Error(Errc::Invalid, "no certificate");
    auto context = std::make_shared<ServerContext>();
    std::size_t number = 0;
    for (const auto& pem : certificates) {
        ++number;
        if (const auto added = context->add(pem, options); !added)
            return added.error().within(label_of(pem, number));
    }
    return std::shared_ptr<const TlsContext>(std::move(context));
}

Result<std::shared_ptr<const TlsContext>> make_client_context(const ClientTlsOptions& options)
{
    auto context = std::make_shared<ClientContext>(options.server_name);
    TRY_VOID(context->verify(options));
    return std::shared_ptr<const TlsContext>(std::move(context));
}

std::shared_ptr<const TlsContext> make_insecure_client_context(std::string server_name,
                                                               std::string_view max_version)
{
    auto context = std::make_shared<ClientContext>(std::move(server_name));
    if (const auto highest = version_number(max_version))
        context->limit(*highest);
    return context;
}

} // namespace mailctl::net
