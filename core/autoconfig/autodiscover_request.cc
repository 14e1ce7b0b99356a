// Reads what a mail program asks Autodiscover, as XML.
#include <libxml/parser.h>

#include <memory>
#include <vector>

#include "core/autoconfig/documents.h"
#include "core/base/ascii.h"

namespace mailctl::autoconfig {
namespace {

/// The request schemas of all kinds of programs begin with it.
constexpr std::string_view kSchemas = "http://schemas.microsoft.com/exchange/autodiscover/";

std::string_view view(const xmlChar* text)
{
    return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

/// What is seen of the document as the parser walks over it. No tree is built.
struct Reading {
    xmlParserCtxt* parser = nullptr;
    bool has_document_type = false;
    std::vector<std::string> path; ///< names without their prefixes; empty for those of others
    AutodiscoverRequest request;

    /// The text that is to be kept here; nullptr: none.
    std::string* text()
    {
        if (path.size() != 3 || path[0] != "Autodiscover" || path[1] != "Request")
            return nullptr;
        return path[2] == "EMailAddress"               ? &request.address
               : path[2] == "AcceptableResponseSchema" ? &request.schema
                                                       : nullptr;
    }
};

void on_start(void* data, const xmlChar* name, const xmlChar*, const xmlChar* uri, int,
              const xmlChar**, int, int, const xmlChar**)
{
    const bool is_ours = uri == nullptr || view(uri).starts_with(kSchemas);
    static_cast<Reading*>(data)->path.emplace_back(is_ours ? view(name) : std::string_view());
}

void on_end(void* data, const xmlChar*, const xmlChar*, const xmlChar*)
{
    static_cast<Reading*>(data)->path.pop_back();
}

void on_text(void* data, const xmlChar* text, int octets)
{
    if (std::string* kept = static_cast<Reading*>(data)->text())
        kept->append(reinterpret_cast<const char*>(text), static_cast<std::size_t>(octets));
}

/// A document type may define entities that grow without end, or name files: nothing of it is read.
void on_document_type(void* data, const xmlChar*, const xmlChar*, const xmlChar*)
{
    auto* reading = static_cast<Reading*>(data);
    reading->has_document_type = true;
    xmlStopParser(reading->parser);
}

xmlSAXHandler handler()
{
    xmlSAXHandler handler{};
    handler.initialized = XML_SAX2_MAGIC;
    handler.startElementNs = on_start;
    handler.endElementNs = on_end;
    handler.characters = on_text;
    handler.cdataBlock = on_text;
    handler.internalSubset = on_document_type;
    return handler;
}

struct FreeParser {
    void operator()(xmlParserCtxt* parser) const { xmlFreeParserCtxt(parser); }
};

} // namespace

Result<AutodiscoverRequest> parse_autodiscover(std::string_view body)
{
    if (body.size() > kAutodiscoverOctets)
        return Error(Errc::Invalid, "the request is too long");
    auto events = handler();
    Reading reading;
    const std::unique_ptr<xmlParserCtxt, FreeParser> parser(
        xmlCreatePushParserCtxt(&events, &reading, nullptr, 0, nullptr));
    if (!parser)
        return Error(Errc::Unavailable, "no memory for XML");
    reading.parser = parser.get();
    xmlCtxtUseOptions(parser.get(), XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    xmlParseChunk(parser.get(), body.data(), static_cast<int>(body.size()), 1);
    if (reading.has_document_type)
        return Error(Errc::Invalid, "the request has a document type");
    if (parser->wellFormed == 0 || parser->nsWellFormed == 0)
        return Error(Errc::Invalid, "the request is no XML");
    reading.request.address = ascii::trim(reading.request.address);
    reading.request.schema = ascii::trim(reading.request.schema);
    if (reading.request.address.empty())
        return Error(Errc::Invalid, "no EMailAddress");
    return std::move(reading.request);
}

} // namespace mailctl::autoconfig
