"""Words that shade a request and say nothing about the data: adverbs, discourse, praise of charts, generic nouns."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["SHADING"]

SHADING = words("""
    absolutely accordingly actually additionally adequately afterwards alike almost alternatively anyway apparently
    approximately apparent aptly basically beautifully besides briefly broadly carefully certainly cleanly collectively
    commonly completely comprehensively concisely consequently consistently conveniently correctly correspondingly
    currently definitely directly distinctly easily effectively efficiently elegantly entirely equally especially
    essentially eventually evidently exactly exclusively explicitly extremely fairly finally firstly frankly freely
    frequently fully furthermore generally genuinely gently gladly gracefully gradually graphically greatly hence
    highly honestly hopefully however ideally immediately importantly independently indeed individually initially
    instantly intuitively jointly kindly largely lastly lately likewise literally logically mainly maybe meaningfully
    merely moreover mostly namely naturally nearly neatly necessarily nevertheless nicely nonetheless normally notably
    obviously occasionally often ordinarily originally otherwise overall particularly perfectly perhaps personally
    plainly possibly potentially practically precisely preferably presumably previously primarily principally
    probably promptly properly purely quickly quite rapidly rarely rather readily really reasonably regularly
    relatively respectively roughly seemingly separately sequentially seriously sharply shortly significantly
    similarly simply simultaneously slightly smoothly solely somehow somewhat soon specifically statistically steadily
    still strictly strongly subsequently sufficiently supposedly surely systematically thereafter thereby therefore
    thoroughly thus together totally tremendously truly typically ultimately undoubtedly uniquely usefully usually
    utterly vastly vertically horizontally visually widely wisely wonderfully

    able accurate aesthetic analogous appealing apparent attractive basic beautiful best-fitting brief clean clear
    colourful colorful compact comparable complete comprehensive concise convenient corresponding crisp detailed
    distinct easy effective elegant entire evident explicit feasible fine full given good great handy helpful
    illustrative important individual informative insightful interactive interesting intuitive legible meaningful
    modern necessary neat nice obvious overall particular plain possible precise preferable pretty proper quick
    readable relevant required respective responsible rough separate significant simple single specific specified
    standard straightforward suitable tidy understandable useful valid visible visual whole

    absence account advance aim analyst analysis angle answer approach arrangement aspect assistance attention
    background basis beginning behalf behaviour behavior breakdown bunch case chance choice circumstance colleague
    combination comparison composition comprehension concept conclusion conjunction connection consideration context
    contrast contribution correspondence couple curiosity depiction detail determination dependence dependency design
    difference direction discussion display distinction division effect effort emphasis evidence evolution examination
    exploration expression extent fact favour favor feature figuring finding focus format formation frame function
    glance glimpse guidance hand help hint idea illustration image importance impression indication influence insight
    inspection intent intention interest interpretation investigation layout link look manner means measure mention
    method mind mode moment nature need notion observation occasion occurrence opinion opportunity option organisation
    organization orientation outline overview pair pattern perspective picture plan point portion portrayal possibility
    presence presentation principle problem process progression prospect purpose quantity query question reading
    reason reference regard relation relationship relevance reply report representation request requirement respect
    response rest result review sake scenario scheme scope section selection sense sequence series set setting setup
    side sight simplicity situation slice snapshot sort spread stakeholder statement structure study style subject
    suggestion summary support survey table tally task team tendency term thing thought topic total trend understanding
    usage use variation variety version view visualisation visualization way whole work

    whether whereas whereby wherein whereas although though because since while unless despite regardless instead aside
    anything everything something nothing anyone everyone someone nobody everybody somebody none whatever whichever
    whoever wherever whenever upon onto toward towards throughout amid via per plus minus versus beneath alongside

    develop developed develops developing development evolve evolved evolves evolving change changed changes changing
    portray portrays portrayed portraying craft crafted crafting design designed render rendered rendering prepare
    prepared preparing assemble assembled compile compiled sketch sketched chart charts charted charting map mapped
    mapping tabulate tabulated contrast contrasts contrasting outline outlines outlined reveal reveals revealing expose
    capture captures captured capturing convey conveys conveyed summarise summarize encapsulate encapsulates depict
    depicts depicting showcase showcases showcasing highlight highlights highlighting emphasise emphasize underline
    narrate communicate communicates clarify clarifies exhibit exhibits exhibiting enumerate enumerates enumerating
    examine examines investigate investigates explore explores inspect assess gauge evaluate analyse analyze study
    wonder wondering wish wishes hope hoping curious interested eager keen want wanting wanna gonna love appreciate
    grateful glad happy help helps helping assist allow allows enable enables let lets suppose imagine assume consider
    considered considering restrict restricted restricting limit limited focus focused focusing concentrate confine
    confined narrow narrowed look looks looking peek glimpse watch observe notice figure found discover determine
    identify learn tell tells telling describe describes described explain explains explained discuss mention mentioned
    refer refers referring relate relates related relating correspond corresponds corresponding concern concerns
    pertain pertains pertaining belong belongs belonging associate associated link linked connect connected tie tied
    attach attached accompany accompanied accompanying pair paired match matched matching compare compared compares
    make makes making do does doing done go goes going gone come comes coming came get gets getting got give gives
    giving gave take takes taking took taken put puts putting keep keeps keeping kept hold holds holding held bring
    brings bringing brought run runs running ran carry carries carried turn turns turned stand stands standing stood
    lie lies lying fall falls falling sit sits sitting remain remains remained stay stays appear appears appeared seem
    seems seemed happen happens happened occur occurs occurred arise exist exists existed constitute constitutes
    comprise comprises comprised consist consists form forms formed represent represents represented amount amounts
    account accounts accounted add adds added total totals totalled equal equals reach reaches reached attain achieve
    achieved achieves obtain obtains obtained earn receive receives received record recorded records register
    registered collect collected gather gathered accumulate accumulated generate generates generated produce produces
    produced yield create creates created build builds built provide provides provided supply deliver offer offers
    serve serves served use uses used using utilise utilize employ employing apply applies applied operate operates
    operated run perform performs performed conduct conducted handle handled undergo underwent participate involve
    involves involved include includes included contain contains contained possess possesses possessed own owns owned
    have has had having live lives lived reside resides residing locate located situate situated place placed base
    based find found originate originates originated stem stems hail hails

    numerical numeric numerically alphabetic magnitude magnitudes coordinate coordinates ascent descent upward downward
    x y axis axes horizontal vertical bar bars line lines slice slices slices wedge wedges dot dots point points legend
    label labels colour color colours colors hue shade tone title heading caption chart graph plot diagram figure
    visual visuals graphic graphics histogram pie donut scatter column columns row rows cell cells field fields
    attribute attributes variable variables category categories group groups bucket buckets bin bins segment segments
    value values number numbers figure figures data dataset datasets database table tables record records entry entries
    instance instances item items element elements member observation observations
""")
"""They carry no reading; where a column or a cell is called so, that reading comes first."""
