package dev.sinter.merger.supply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.transport.Attachment;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import java.util.Map;

/**
 * Signs statements with an ECDSA P-256 key: DSSE envelopes in Sigstore bundles v0.3, as cosign 3 writes and reads them
 * with {@code --key}.
 */
public final class DsseSigner {

    public static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private static final String PAYLOAD = "application/vnd.in-toto+json";
    static final String PREDICATE = "https://sigstore.dev/cosign/sign/v1";
    static final String ALGORITHM = "SHA256withECDSA";

    private final PrivateKey key;
    private final PublicKey publicKey;

    private DsseSigner(PrivateKey key, PublicKey publicKey) {
        this.key = key;
        this.publicKey = publicKey;
    }

    /** @param privatePem PKCS#8, unencrypted */
    public static DsseSigner of(String privatePem) {
        ECPrivateKey key = EcKeys.privateKey(privatePem);
        return new DsseSigner(key, EcKeys.publicOf(key));
    }

    /** The bundle that says: this key vouches for the image of that digest. */
    public byte[] sign(Digest image) {
        ObjectNode statement = Json.object();
        statement.put("_type", "https://in-toto.io/Statement/v1");
        statement.putArray("subject").addObject().putObject("digest").put("sha256", image.hex());
        statement.put("predicateType", PREDICATE);
        statement.putObject("predicate");
        return bundle(Json.write(statement));
    }

    /** The same in the form that cosign had before, see {@link CosignSignature}. */
    public Attachment signSimply(String reference, Digest image) {
        byte[] document = CosignSignature.document(reference, image);
        String signature = Base64.getEncoder().encodeToString(signature(document));
        return new Attachment(
                CosignSignature.MEDIA_TYPE,
                CosignSignature.MEDIA_TYPE,
                document,
                Map.of(CosignSignature.ANNOTATION, signature));
    }

    /** Any in-toto statement as a signed bundle. */
    public byte[] bundle(byte[] statement) {
        Base64.Encoder base64 = Base64.getEncoder();
        ObjectNode bundle = Json.object();
        bundle.put("mediaType", BUNDLE);
        ObjectNode material = bundle.putObject("verificationMaterial");
        material.putObject("publicKey").put("hint", base64.encodeToString(keyDigest()));
        ObjectNode envelope = bundle.putObject("dsseEnvelope");
        envelope.put("payload", base64.encodeToString(statement));
        envelope.put("payloadType", PAYLOAD);
        envelope.putArray("signatures")
                .addObject()
                .put("sig", base64.encodeToString(signature(preAuthentication(PAYLOAD, statement))));
        return Json.write(bundle);
    }

    private byte[] signature(byte[] content) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new MergeException(MergeProblem.SIGNATURE, "signing: " + e.getMessage(), e);
        }
    }

    private byte[] keyDigest() {
        return Digest.newSha256().digest(publicKey.getEncoded());
    }

    /** PAE of the DSSE protocol: lengths before contents, so that no two inputs look alike. */
    static byte[] preAuthentication(String type, byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(
                ("DSSEv1 " + type.length() + " " + type + " " + body.length + " ").getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }
}
