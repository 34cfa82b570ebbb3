/// The marks around a text, a question about it and its answer, in models that learn little else:
///
///     <|begin|><|ask|>‹text›\n\n‹question›<|answer|> ‹answer›<|end|><|ask|>‹question›<|answer|> ‹answer›<|end|>
///
/// Each mark is one token, so that short windows are left to the text. An answer begins with a space, as a word in the midst of a text
/// does, and is made of the same pieces there and here.
package enum QuestionFrame {
    package static let beginning = "<|begin|>"
    package static let ask = "<|ask|>"
    package static let answer = "<|answer|>"
    /// The end of an answer, and of a document.
    package static let end = "<|end|>"

    /// The frame as a template for conversations.
    package static let chatTemplate = """
        {{ bos_token }}{% for message in messages %}{% if message.role == 'user' %}{{ '\(ask)' + message.content }}\
        {% elif message.role == 'assistant' %}{{ '\(answer) ' + message.content + '\(end)' }}\
        {% else %}{{ raise_exception('This model was taught questions and answers only.') }}{% endif %}{% endfor %}\
        {% if add_generation_prompt %}{{ '\(answer)' }}{% endif %}
        """
}
