"""The glossary's order: which terms there are, in groups, which belong together and on which pages each is met.

Names and definitions are words, under `glossary.term.<name>`; what stands here is the same in every language.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """`see` names other terms, `met` topics of the map (`pages.kit.map`)."""

    name: str
    see: tuple[str, ...]
    met: tuple[str, ...]


def _terms(lines: str) -> tuple[Term, ...]:
    """One term a line: `name: other terms: topics of the map`."""
    found = []
    for line in lines.strip().splitlines():
        name, see, met = line.split(":")
        found.append(Term(name.strip(), tuple(see.split()), tuple(met.split())))
    return tuple(found)


GROUPS: dict[str, tuple[Term, ...]] = {
    "transfer": _terms("""
        transfer_learning: source_task target_task fine_tune freeze: race
        task: domain label: race pictures
        domain: task domain_shift: pictures domain_shift
        source_task: target_task source_domain: race pictures
        target_task: source_task target_domain: race pictures
        source_domain: domain source_task: pictures domain_shift
        target_domain: domain target_task: pictures domain_shift
        pre_training: pretrained_model autoencoder: pretraining
        pretrained_model: pre_training normalisation: pretraining choosing_source
        fine_tune: freeze layer_rates forgetting: race freezing
        freeze: fine_tune partial_freezing batch_norm: race freezing
        from_scratch: transfer_effect negative_transfer: race
        linear_probe: freeze lp_ft head: race freezing
        partial_freezing: freeze layer_group gradual_unfreezing: freezing
        layer_rates: learning_rate layer_group freeze: learning_rates
        gradual_unfreezing: partial_freezing layer_group: learning_rates
        lp_ft: linear_probe fine_tune: learning_rates
        l2_sp: weight_decay layer_drift: freezing
        reinitialise: head weight: freezing
        negative_transfer: transfer_effect relatedness paired_difference: race choosing_source
        transfer_effect: from_scratch negative_transfer paired_difference: race choosing_source
        relatedness: negative_transfer transfer_effect: choosing_source
        forgetting: fine_tune layer_drift: freezing learning_rates
        instance_transfer: feature_transfer model_transfer relation_transfer: outlook
        feature_transfer: feature freeze instance_transfer: race
        model_transfer: fine_tune weight instance_transfer: race
        relation_transfer: instance_transfer feature_transfer model_transfer: outlook
    """),
    "networks": _terms("""
        deep_learning: neural_network transfer_learning: networks
        neural_network: weight activation_function: networks
        cnn: convolution pooling rnn: networks
        rnn: cnn neural_network: networks
        convolution: kernel feature_map full_connection: networks
        kernel: convolution feature_map: networks
        feature: body head feature_map: race networks
        feature_map: kernel pooling feature: networks
        pooling: feature_map feature: networks
        full_connection: convolution head: networks
        activation_function: relu softmax: networks
        relu: relu6 activation_function: networks
        relu6: relu quantisation: networks
        softmax: logit cross_entropy calibration: networks losses
        logit: softmax head feature_extractor: losses
        batch_norm: batch freeze normalisation: race networks freezing
        backbone: body layer_group: race networks
        body: head feature backbone: race
        head: body classifier linear_probe: race
        classifier: head label: race
        feature_extractor: body freeze logit: race freezing
        layer_group: partial_freezing layer_rates layer_drift: race freezing
        residual: backbone cnn: networks
        weight: gradient layer_drift: race networks
        autoencoder: pre_training label: pretraining
    """),
    "training": _terms("""
        loss: cross_entropy squared_error gradient: losses
        cross_entropy: softmax loss squared_error: race losses
        squared_error: loss cross_entropy: losses
        gradient: gradient_descent backpropagation: gradient_descent
        gradient_descent: gradient learning_rate sgd: gradient_descent
        sgd: batch momentum gradient_descent: gradient_descent
        momentum: sgd adam: gradient_descent
        rmsprop: adam learning_rate: gradient_descent
        adam: momentum rmsprop weight_decay: gradient_descent
        backpropagation: gradient loss: gradient_descent networks
        learning_rate: schedule layer_rates gradient_descent: race gradient_descent learning_rates
        schedule: learning_rate step: gradient_descent learning_rates
        batch: step batch_norm: race
        step: batch epoch: race
        epoch: step batch: race
        regularisation: weight_decay dropout augmentation early_stopping: regularisation
        weight_decay: l2_sp regularisation adam: regularisation
        dropout: regularisation overfitting: regularisation
        overfitting: underfitting regularisation small_sample: race regularisation
        underfitting: overfitting step: race regularisation
        early_stopping: validation_set regularisation: regularisation
        label_smoothing: cross_entropy calibration: regularisation
        clipping: gradient learning_rate: gradient_descent
        hyper_parameter: validation_set search: race advisor
        seed: interval small_sample: race small_samples
        layer_drift: layer_group forgetting l2_sp: race freezing
    """),
    "data": _terms("""
        label: task small_sample pseudo_label: race pictures
        training_set: test_set validation_set: race evaluation
        validation_set: training_set test_set early_stopping: evaluation
        test_set: validation_set leak accuracy: race evaluation
        leak: test_set shortcut: evaluation
        normalisation: pretrained_model batch_norm: pretraining
        augmentation: regularisation consistency: augmentation
        small_sample: label seed few_shot: race small_samples
    """),
    "domains": _terms("""
        domain_shift: domain domain_adaptation shortcut: domain_shift
        domain_adaptation: discrepancy pseudo_label domain_shift: adaptation
        discrepancy: mmd domain_adaptation consistency: adaptation
        mmd: discrepancy domain_adaptation: adaptation
        consistency: augmentation pseudo_label discrepancy: adaptation
        pseudo_label: label domain_adaptation: adaptation
        shortcut: domain_shift leak attribution: explanations
        multi_task: body head: multi_task
        few_shot: episode meta_learning small_sample: few_shot
        episode: support query few_shot: few_shot
        support: query episode: few_shot
        query: support episode: few_shot
        meta_learning: maml few_shot: few_shot
        maml: meta_learning gradient_descent: few_shot
    """),
    "evaluation": _terms("""
        accuracy: precision recall interval chance_level: race evaluation
        precision: recall f1: evaluation
        recall: precision f1: evaluation
        f1: precision recall: evaluation
        confusion_matrix: precision recall: evaluation
        interval: paired_difference seed: race evaluation
        paired_difference: interval transfer_effect: race evaluation
        chance_level: accuracy: race
        cross_validation: leave_one_out validation_set: evaluation
        leave_one_out: cross_validation: evaluation
        calibration: softmax accuracy: evaluation
        cka: layer_drift feature: freezing
        interpretability: attribution shortcut: explanations
        attribution: interpretability shortcut: explanations
        passport: seed hyper_parameter: race notebook
    """),
    "smaller": _terms("""
        search: hyper_parameter validation_set: advisor
        compression: pruning distillation quantisation: compression
        pruning: weight compression: compression
        distillation: softmax compression: compression
        quantisation: compression relu6: compression
    """),
}
TERMS: dict[str, Term] = {term.name: term for terms in GROUPS.values() for term in terms}
