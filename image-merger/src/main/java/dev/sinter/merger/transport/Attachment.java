package dev.sinter.merger.transport;

import java.util.Map;

/** Something said of an image, kept beside it as OCI referrer: provenance, SBOM, signature. */
public final class Attachment {

    private final String artifactType;
    private final String mediaType;
    private final byte[] content;
    private final Map<String, String> annotations;

    public Attachment(String artifactType, String mediaType, byte[] content, Map<String, String> annotations) {
        this.artifactType = artifactType;
        this.mediaType = mediaType;
        this.content = content.clone();
        this.annotations = Map.copyOf(annotations);
    }

    public String artifactType() {
        return artifactType;
    }

    public String mediaType() {
        return mediaType;
    }

    public byte[] content() {
        return content.clone();
    }

    public Map<String, String> annotations() {
        return annotations;
    }
}
