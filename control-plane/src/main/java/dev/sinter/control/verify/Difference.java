package dev.sinter.control.verify;

/**
 * One way in which a fused workload answered differently. Values of headers and bodies are never part of it.
 *
 * @param code {@code SNT0851} status, {@code SNT0852} header, {@code SNT0853} body, {@code SNT0854} no answer
 * @param request method and path
 * @param message for people
 */
public record Difference(String code, String request, String message) {}
