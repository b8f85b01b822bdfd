package dev.sinter.merger.supply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Json;

/**
 * The form of signature that cosign before 3, policy-controller, Kyverno and Podman understand: a "simple signing" document
 * (containers/image, signature format) under the tag {@code sha256-<hex>.sig}.
 */
final class CosignSignature {

    static final String MEDIA_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";
    static final String ANNOTATION = "dev.cosignproject.cosign/signature";
    static final String TYPE = "cosign container image signature";

    private CosignSignature() {}

    /** What is signed. */
    static byte[] document(String reference, Digest image) {
        ObjectNode document = Json.object();
        ObjectNode critical = document.putObject("critical");
        critical.putObject("identity").put("docker-reference", reference);
        critical.putObject("image").put("docker-manifest-digest", image.value());
        critical.put("type", TYPE);
        document.putNull("optional");
        return Json.write(document);
    }
}
