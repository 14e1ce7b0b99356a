// DANE with OpenSSL: records are given to each session, and checked in its handshake.
#include "core/net/dane_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "core/net/dane_session.h"
#include "core/net/tls.h"

namespace mailctl::net {
namespace {

/// Where an SSL_CTX keeps its DaneOptions.
int options_index()
{
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

int version_of(const std::string& text)
{
    return text == "1.3"   ? TLS1_3_VERSION
           : text == "1.1" ? TLS1_1_VERSION
           : text == "1.0" ? TLS1_VERSION
                           : TLS1_2_VERSION;
}

class PeerContext final : public TlsContext {
public:
    explicit PeerContext(DaneOptions options)
        : ctx_(SSL_CTX_new(TLS_client_method())), options_(std::move(options))
    {
        SSL_CTX_set_mode(ctx_, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                   SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        SSL_CTX_set_options(ctx_, SSL_OP_IGNORE_UNEXPECTED_EOF);
        SSL_CTX_set_verify(ctx_, SSL_VERIFY_NONE, nullptr);
    }
    ~PeerContext() override { SSL_CTX_free(ctx_); }
    PeerContext(const PeerContext&) = delete;
    PeerContext& operator=(const PeerContext&) = delete;

    void* native() const override { return ctx_; }
    bool is_client() const override { return true; }
    const std::string& server_name() const override { return options_.server_name; }

    void limit(const std::string& min_version)
    {
        if (min_version < "1.2")
            SSL_CTX_set_security_level(ctx_, 0);
        SSL_CTX_set_min_proto_version(ctx_, version_of(min_version));
    }

    bool use_records()
    {
        SSL_CTX_set_verify(ctx_, SSL_VERIFY_PEER, nullptr);
        SSL_CTX_set_min_proto_version(ctx_, TLS1_2_VERSION); // RFC 7672 §2.2
        SSL_CTX_dane_set_flags(ctx_, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
        return SSL_CTX_dane_enable(ctx_) == 1 &&
               SSL_CTX_set_ex_data(ctx_, options_index(), &options_) == 1;
    }

private:
    SSL_CTX* ctx_;
    DaneOptions options_;
};

/// How many records OpenSSL can work with: unknown ones are passed over.
int add_records(SSL* ssl, const DaneOptions& options)
{
    int usable = 0;
    for (const auto& record : options.records) {
        if (record.usage != 2 && record.usage != 3) // RFC 7672 §3.1.3
            continue;
        const auto* data = reinterpret_cast<const unsigned char*>(record.data.data());
        if (SSL_dane_tlsa_add(ssl, record.usage, record.selector, record.matching, data,
                              record.data.size()) > 0)
            ++usable;
    }
    ERR_clear_error();
    return usable;
}

bool enable(SSL* ssl, const DaneOptions& options)
{
    if (SSL_dane_enable(ssl, options.server_name.c_str()) <= 0)
        return false;
    for (const auto& name : options.names)
        SSL_add1_host(ssl, name.c_str());
    return add_records(ssl, options) > 0;
}

} // namespace

bool prepare_dane_session(SSL* ssl)
{
    const auto* options =
        static_cast<const DaneOptions*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), options_index()));
    return !options || enable(ssl, *options);
}

Result<std::shared_ptr<const TlsContext>> make_dane_context(DaneOptions options)
{
    auto context = std::make_shared<PeerContext>(std::move(options));
    if (!context->use_records())
        return Error(Errc::Unavailable, "no memory for TLS");
    SSL* trial = SSL_new(static_cast<SSL_CTX*>(context->native()));
    const bool is_usable = trial && prepare_dane_session(trial);
    SSL_free(trial);
    if (!is_usable)
        return Error(Errc::Invalid, "no TLSA record that can be used");
    return std::shared_ptr<const TlsContext>(std::move(context));
}

Result<std::shared_ptr<const TlsContext>> make_unverified_context(std::string server_name,
                                                                  const std::string& min_version)
{
    DaneOptions options;
    options.server_name = std::move(server_name);
    auto context = std::make_shared<PeerContext>(std::move(options));
    context->limit(min_version);
    return std::shared_ptr<const TlsContext>(std::move(context));
}

} // namespace mailctl::net
