package dev.sinter.merger.supply;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.transport.Attachment;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Demands that an image is signed with a key, as {@code cosign verify --key} does: by a Sigstore bundle among its referrers,
 * or by cosign's older signature under the tag {@code sha256-….sig}. Transparency logs are not asked: what is trusted is the
 * key alone. Immutable.
 */
public final class SignatureVerifier {

    private static final String IN_TOTO = "application/vnd.in-toto+json";
    private static final int MAX_SIGNATURES = 64;

    private final PublicKey key;

    private SignatureVerifier(PublicKey key) {
        this.key = key;
    }

    /** @param publicPem X.509 SubjectPublicKeyInfo of an EC P-256 key, such as {@code cosign.pub} */
    public static SignatureVerifier of(String publicPem) {
        return new SignatureVerifier(EcKeys.publicKey(publicPem));
    }

    /**
     * @param name of whose image it is, for the message
     * @param said attachments by the digest of what they are said of: the image's manifest or an index that lists it
     * @throws MergeException if no attachment is a signature by the key
     */
    public void require(String name, Map<Digest, List<Attachment>> said) {
        int seen = 0;
        for (Map.Entry<Digest, List<Attachment>> subject : said.entrySet()) {
            for (Attachment attachment :
                    subject.getValue().stream().limit(MAX_SIGNATURES).toList()) {
                boolean candidate = attachment.mediaType().equals(DsseSigner.BUNDLE)
                        || attachment.mediaType().equals(CosignSignature.MEDIA_TYPE);
                seen += candidate ? 1 : 0;
                if (candidate && vouches(attachment, subject.getKey())) {
                    return;
                }
            }
        }
        throw new MergeException(
                MergeProblem.NOT_SIGNED,
                "image of " + name + ": " + (seen == 0 ? "no signature" : seen + " signatures, none by the given key")
                        + " (expected: signed by it). Maybe 'cosign sign --key …' it, or name another key");
    }

    /** What a signature says is only looked at once it is known who says it; nonsense vouches for nothing. */
    private boolean vouches(Attachment attachment, Digest image) {
        try {
            return attachment.mediaType().equals(CosignSignature.MEDIA_TYPE)
                    ? simple(attachment, image)
                    : bundle(attachment, image);
        } catch (MergeException | GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private boolean simple(Attachment attachment, Digest image) throws GeneralSecurityException {
        String signature = attachment.annotations().getOrDefault(CosignSignature.ANNOTATION, "");
        JsonNode critical = verified(attachment.content(), signature)
                ? Json.readObject(attachment.content(), "signature").path("critical")
                : Json.object();
        return critical.path("type").asText().equals(CosignSignature.TYPE)
                && critical.at("/image/docker-manifest-digest").asText().equals(image.value());
    }

    private boolean bundle(Attachment attachment, Digest image) throws GeneralSecurityException {
        JsonNode envelope = Json.readObject(attachment.content(), "bundle").path("dsseEnvelope");
        byte[] payload = Base64.getDecoder().decode(envelope.path("payload").asText());
        byte[] signed = DsseSigner.preAuthentication(IN_TOTO, payload);
        if (!envelope.path("payloadType").asText().equals(IN_TOTO)
                || !verified(signed, envelope.at("/signatures/0/sig").asText())) {
            return false;
        }
        JsonNode statement = Json.readObject(payload, "statement");
        if (!statement.path("predicateType").asText().equals(DsseSigner.PREDICATE)) {
            return false;
        }
        for (JsonNode subject : statement.path("subject")) {
            if (subject.at("/digest/sha256").asText().equals(image.hex())) {
                return true;
            }
        }
        return false;
    }

    private boolean verified(byte[] content, String signature) throws GeneralSecurityException {
        Signature verifier = Signature.getInstance(DsseSigner.ALGORITHM);
        verifier.initVerify(key);
        verifier.update(content);
        return verifier.verify(Base64.getDecoder().decode(signature.getBytes(StandardCharsets.US_ASCII)));
    }
}
