package dev.sinter.merger.oci;

/** What a manifest says of a blob. */
public record Descriptor(String mediaType, Digest digest, long size) {}
